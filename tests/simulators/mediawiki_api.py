"""The API of the simulated MediaWiki (``formatversion=2``); answers and refusals as a real 1.39.17 gave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators.loopback import HTML, JSON, Reply, Request, json_reply
from tests.simulators.mediawiki import Change, EditRefusedError, Page, Stored, Wiki, namespace, refusal, subject_of

_COOKIE = "wiki_session"
_STAFF = ("Chief",)
_PARTS = frozenset(("content", "comment", "user"))
Fields = Mapping[str, str]


@dataclass(frozen=True)
class _Call:
    wiki: Wiki
    session: str
    fields: Fields

    @property
    def user(self) -> str:
        """Who asks; empty for an anonymous visitor."""
        return self.wiki.sessions.get(self.session, "")

    @property
    def token(self) -> str:
        return f"{self.session}{self.wiki.salt}+\\"

    @property
    def sees_hidden(self) -> bool:
        return bool(self.user) and "deletedtext" in self.wiki.rights


def answer(wiki: Wiki, request: Request) -> Reply:
    """Answer one request."""
    if request.path == "/w/index.php":
        return Reply(200, wiki.seen(request.params.get("title", "")).encode(), HTML)
    if request.path != "/w/api.php":
        return Reply(404, b"<h1>Not Found</h1>", HTML)
    fields = {**request.params, **dict(parse_qsl(request.body.decode(), keep_blank_values=True))}
    cookies = SimpleCookie(request.headers.get("Cookie", ""))
    known = cookies[_COOKIE].value if _COOKIE in cookies and not wiki.forgets_sessions else ""
    session = known or f"s{len(wiki.wire.requests)}"
    reply = _answer(_Call(wiki, session, fields))
    return Reply(reply.status, reply.body, {**reply.headers, "Set-Cookie": f"{_COOKIE}={session}; Path=/"})


def _answer(call: _Call) -> Reply:
    fields = call.fields
    if fields.get("assert") == "user" and not call.user:
        return refusal("assertuserfailed")
    actions: dict[str, Callable[[_Call], Reply]] = {
        "query": _query,
        "login": _log_in,
        "edit": _edit,
        "revisiondelete": _hide,
    }
    if fields["action"] in ("edit", "revisiondelete"):
        if call.wiki.read_only:
            return refusal("readonly")
        if call.wiki.blocked:
            return refusal("blocked")
        if fields.get("token") != call.token:
            return refusal("badtoken")
    return actions[fields["action"]](call)


def _log_in(call: _Call) -> Reply:
    """A wrong password is an answer of status 200, with a result (run)."""
    wiki, fields = call.wiki, call.fields
    if wiki.log_in_answer is not None:
        return json_reply({"login": wiki.log_in_answer})
    if fields.get("lgtoken") != call.token:
        return json_reply({"login": {"result": "WrongToken"}})
    if (fields["lgname"], fields["lgpassword"]) != (f"{wiki.user}@moderation", wiki.bot_password):
        return json_reply({"login": {"result": "Failed", "reason": "Incorrect username or password entered."}})
    wiki.sessions[call.session] = wiki.user
    return json_reply({"login": {"result": "Success", "lgusername": wiki.user}})


def _query(call: _Call) -> Reply:
    fields, found = call.fields, dict[str, Any]()
    onward: dict[str, str] = {}
    if "tokens" in fields.get("meta", ""):
        found["tokens"] = {f"{fields.get('type', 'csrf')}token": call.token}
    if "siteinfo" in fields.get("meta", ""):
        found["general"] = {"generator": "MediaWiki 1.39.17", "readonly": call.wiki.read_only}
    if "userinfo" in fields.get("meta", ""):
        found["userinfo"] = _me(call)
    lists = {"recentchanges": _changes, "users": _users, "allpages": _all_pages}
    if fields.get("list") in lists:
        rows, onward = lists[fields["list"]](call)
        found[fields["list"]] = rows
    if "prop" in fields:
        found["pages"], onward = _pages(call)
    return json_reply({"batchcomplete": True, "query": found, **({"continue": onward} if onward else {})}, JSON)


def _me(call: _Call) -> dict[str, Any]:
    if not call.user:
        return {"id": 0, "name": "127.0.0.1", "anon": True}
    blocked = {"blockedby": "Chief"} if call.wiki.blocked else {}
    return {"id": 3, "name": call.user, "rights": list(call.wiki.rights), **blocked}


def _changes(call: _Call) -> tuple[list[dict[str, Any]], dict[str, str]]:
    fields, wanted = call.fields, {int(each) for each in call.fields["rcnamespace"].split("|")}
    rows = [each for each in call.wiki.changes if namespace(each.title) in wanted]
    if "rcstart" in fields:
        rows = [each for each in rows if _stamp(each.when) >= fields["rcstart"]]
    if "rccontinue" in fields:
        rows = [each for each in rows if each.id >= int(fields["rccontinue"].partition("|")[2])]
    some, limit = sorted(rows, key=lambda each: (each.when, each.id)), int(fields["rclimit"])
    onward = {"rccontinue": f"{some[limit].when:%Y%m%d%H%M%S}|{some[limit].id}"} if len(some) > limit else {}
    return [_change(each) for each in some[:limit]], onward


def _change(row: Change) -> dict[str, Any]:
    log = {"logtype": "delete", "logaction": row.action, "logparams": row.params} if row.action else {}
    return {
        "type": "log" if row.action else "edit",
        "ns": namespace(row.title),
        "title": row.title,
        "pageid": row.page,
        "revid": row.revision,
        "rcid": row.id,
        "timestamp": _stamp(row.when),
        **log,
    }


def _users(call: _Call) -> tuple[list[dict[str, Any]], dict[str, str]]:
    names = call.fields["ususers"].split("|")
    return [_account(name) for name in names], {}


def _account(name: str) -> dict[str, Any]:
    if name[:1].isdigit():
        return {"name": name, "invalid": True}
    return {"name": name, "groups": ["*", "user", *(["sysop"] if name in _STAFF else [])]}


def _all_pages(call: _Call) -> tuple[list[dict[str, Any]], dict[str, str]]:
    wanted = int(call.fields["apnamespace"])
    start = call.fields.get("apcontinue", "")
    titles = sorted(title for title in call.wiki.pages if namespace(title) == wanted and title >= start)
    onward = {"apcontinue": titles[1]} if len(titles) > 1 else {}
    return [{"pageid": call.wiki.pages[title].id, "title": title} for title in titles[:1]], onward


def _pages(call: _Call) -> tuple[list[dict[str, Any]], dict[str, str]]:
    fields, wiki = call.fields, call.wiki
    if "deletedrevisions" in fields["prop"]:
        gone = wiki.archive.get(fields["titles"], [])
        return [{"title": fields["titles"], "deletedrevisions": [{"revid": each.id} for each in gone]}], {}
    if "revids" in fields:
        stored = wiki.revision(int(fields["revids"]))
        return ([_page(wiki.pages[stored.title])] if stored else []), {}
    if "pageids" in fields:
        page = next((each for each in wiki.pages.values() if each.id == int(fields["pageids"])), None)
        return _history(call, page) if page else ([{"pageid": int(fields["pageids"]), "missing": True}], {})
    titles = fields["titles"].split("|")
    return [_current(call, title) for title in titles], {}


def _page(page: Page) -> dict[str, Any]:
    fields = {"pageid": page.id, "ns": page.namespace, "title": page.title, "lastrevid": page.revisions[-1].id}
    return {**fields, "associatedpage": subject_of(page.title)}


def _current(call: _Call, title: str) -> dict[str, Any]:
    page = call.wiki.pages.get(title)
    if page is None:
        return {"ns": namespace(title), "title": title, "missing": True}
    shown = {"revisions": [_revision(call, page.revisions[-1])]} if "revisions" in call.fields["prop"] else {}
    return {**_page(page), "fullurl": f"{call.wiki.url}/index.php/{title}", **shown}


def _history(call: _Call, page: Page) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """From the newest back, at most 50 with their text (manual, ``API:Revisions``)."""
    rows = page.revisions[::-1]
    if "rvcontinue" in call.fields:
        rows = [each for each in rows if each.id <= int(call.fields["rvcontinue"])]
    limit = min(50, int(call.fields["rvlimit"]))
    onward = {"rvcontinue": str(rows[limit].id), "continue": "||"} if len(rows) > limit else {}
    return [{**_page(page), "revisions": [_revision(call, each) for each in rows[:limit]]}], onward


def _revision(call: _Call, stored: Stored) -> dict[str, Any]:
    """What is hidden is marked, and told only to whom may see it (run)."""
    content, comment = "content" in stored.hidden, "comment" in stored.hidden
    text = {"content": stored.text} if call.sees_hidden or not content else {}
    slot = {"contentmodel": "wikitext", **({"texthidden": True} if content else {}), **text}
    return {
        "revid": stored.id,
        "parentid": stored.parent,
        "user": stored.user,
        "userid": stored.user_id,
        "timestamp": _stamp(stored.when),
        "slots": {"main": slot},
        **({"commenthidden": True} if comment else {}),
        **({"comment": stored.summary} if call.sees_hidden or not comment else {}),
        "tags": list(stored.tags),
    }


def _edit(call: _Call) -> Reply:
    fields, wiki = call.fields, call.wiki
    page = next((each for each in wiki.pages.values() if each.id == int(fields["pageid"])), None)
    if page is None:
        return refusal("nosuchpageid")
    text = fields.get("text", "")
    tags: tuple[str, ...] = ()
    if "undo" in fields:
        last, after = wiki.revision(int(fields["undo"])), wiki.revision(int(fields["undoafter"]))
        if last is None or after is None or "content" in last.hidden | after.hidden:
            return refusal("nosuchrevid")  # also when its text is hidden (run)
        try:
            text, tags = wiki.undo(page, last, after), ("mw-undo",)
        except EditRefusedError:
            return refusal("undofailure")
    elif int(fields["baserevid"]) != page.revisions[-1].id:
        return refusal("editconflict")
    if wiki.filtered and wiki.filtered in text:
        return json_reply({"edit": {"result": "Failure", "code": "abusefilter-disallowed"}})
    try:
        number = wiki.edit(call.user, page.title, text, fields["summary"], tags)
    except EditRefusedError:
        return json_reply({"edit": {"result": "Success", "nochange": True}})
    return json_reply({"edit": {"result": "Success", "newrevid": number}})


def _hide(call: _Call) -> Reply:
    """Success is said for the whole; each item has its own errors (run)."""
    fields = call.fields
    if "deleterevision" not in call.wiki.rights:
        return refusal("permissiondenied")
    page = call.wiki.pages.get(fields["target"])
    if page is None:
        return refusal("nosuchpage")
    hidden = "hide" in fields
    parts = set(fields["hide" if hidden else "show"].split("|")) & _PARTS
    items = [_item(page, int(number), parts, hidden=hidden) for number in fields["ids"].split("|")]
    done = [int(each["id"]) for each in items if not each["errors"] and not each["warnings"]]
    if done:
        call.wiki.set_hidden(done, parts, hidden=hidden)
    return json_reply({"revisiondelete": {"status": "Success", "target": page.title, "items": items}})


def _item(page: Page, number: int, parts: set[str], *, hidden: bool) -> dict[str, Any]:
    stored = next((each for each in page.revisions if each.id == number), None)
    if stored is None:
        return _said(number, errors=["revdelete-modify-missing"], status="Fail")
    if hidden and "content" in parts and stored is page.revisions[-1]:
        return _said(number, errors=["revdelete-hide-current"])
    if (parts <= stored.hidden) if hidden else not (parts & stored.hidden):
        return _said(number, warnings=["revdelete-no-change"])
    return _said(number)


def _said(
    number: int, *, errors: Sequence[str] = (), warnings: Sequence[str] = (), status: str = "Success"
) -> dict[str, Any]:
    named = {"errors": [{"code": each} for each in errors], "warnings": [{"code": each} for each in warnings]}
    return {"status": status, "id": number, **named}


def _stamp(when: Any) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
