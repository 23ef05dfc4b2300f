"""The WordPress connector and a real site: what a visitor sees is what counts."""

from __future__ import annotations

import pytest

from connectors.base import Result, UnauthorizedError
from connectors.wordpress import WordPress
from models.comment import Comment, State
from tests.e2e.wordpress import FormRefusedError, Site
from tests.e2e.wordpress_peer import connector_of


@pytest.fixture
def connector(wordpress: Site) -> WordPress:
    return connector_of(wordpress)


@pytest.fixture
def post(wordpress: Site) -> int:
    return wordpress.publish("Road closure", "<p>Main Street is closed.</p>")


def fetched(connector: WordPress, comment: int) -> Comment:
    return {each.platform_id: each for each in connector.fetch(None).comments}[str(comment)]


def test_a_hidden_comment_leaves_the_public_page_and_a_restored_one_returns(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    bad, good = wordpress.comment(post, "a vile remark"), wordpress.comment(post, "a harsh but clean remark")
    assert connector.hide(str(bad)).result is Result.DONE
    page = wordpress.visit(post)
    assert "a vile remark" not in page
    assert "a harsh but clean remark" in page
    assert wordpress.visible(post, good)
    assert connector.unhide(str(bad)).result is Result.DONE
    assert "a vile remark" in wordpress.visit(post)


def test_a_revoked_password_is_noticed_though_the_site_answers_200(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    comment = wordpress.comment(post, "still here")
    connector.fetch(None)
    wordpress.revoke_password()
    try:
        with pytest.raises(UnauthorizedError, match="secret_file"):
            connector.fetch(None)
        with pytest.raises(UnauthorizedError):
            connector.state(str(comment))
        assert connector.hide(str(comment)).result is Result.DENIED
    finally:
        wordpress.renew_password()
    assert wordpress.visible(post, comment)


def test_answers_to_a_hidden_comment_leave_the_page_and_stay_in_feed_and_api(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    parent = wordpress.comment(post, "a vile remark")
    answer = wordpress.comment(post, "an answer to it", parent=parent)
    connector.hide(str(parent))
    assert not wordpress.visible(post, parent)
    assert not wordpress.visible(post, answer)
    assert "an answer to it" in wordpress.read(f"/?feed=rss2&p={post}")
    assert "an answer to it" in wordpress.read(f"/wp-json/wp/v2/comments?post={post}")
    assert (fetched(connector, answer).parent_id, fetched(connector, answer).state) == (str(parent), State.VISIBLE)
    connector.unhide(str(parent))
    assert wordpress.visible(post, answer)


@pytest.mark.parametrize(
    ("text", "state"), [("please-hold-this for me", State.HELD), ("cheap-watches for sale", State.SPAM)]
)
def test_what_never_got_public_is_captured(
    wordpress: Site, connector: WordPress, post: int, text: str, state: State
) -> None:
    comment = wordpress.comment(post, text)
    assert not wordpress.visible(post, comment)
    assert (fetched(connector, comment).text, fetched(connector, comment).state) == (text, state)


def test_a_trackback_is_captured_and_hidden_like_any_comment(wordpress: Site, connector: WordPress, post: int) -> None:
    """The API leaves them out unless asked, and visitors see them."""
    trackback = wordpress.trackback(post, "a vile remark from elsewhere")
    assert "a vile remark from elsewhere" in wordpress.visit(post)
    assert "a vile remark from elsewhere" in fetched(connector, trackback).text
    assert connector.hide(str(trackback)).result is Result.DONE
    assert "a vile remark from elsewhere" not in wordpress.visit(post)


def test_what_the_staff_put_in_the_trash_is_gone_and_stays_there(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    comment = wordpress.comment(post, "regretted")
    wordpress.set_status(comment, "trash")
    assert str(comment) in connector.fetch(None).gone
    assert connector.unhide(str(comment)).result is Result.GONE
    assert wordpress.status(comment) == "trash"


def test_an_edit_is_seen_at_the_next_rescan(wordpress: Site, connector: WordPress, post: int) -> None:
    comment = wordpress.comment(post, "harmless")
    before = fetched(connector, comment)
    wordpress.edit(comment, "harmful")
    after = fetched(connector, comment)
    assert (after.text, after.digest == before.digest) == ("harmful", False)


def test_comments_under_a_page_come_with_the_page(wordpress: Site, connector: WordPress) -> None:
    page = wordpress.publish("About us", "Who we are.", kind="pages")
    comment = wordpress.comment(page, "nice page")
    batch = connector.fetch(None)
    posts = {each.platform_id: each.text for each in batch.posts}
    assert posts[fetched(connector, comment).post_id] == "About us\n\nWho we are."


def test_only_those_who_may_write_posts_speak_for_the_department(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    written = {
        account: wordpress.as_staff("POST", "/wp/v2/comments", account, post=post, content=f"I am the {account}")["id"]
        for account in ("chief", "writer", "moderator", "resident")
    }
    comments = {each.platform_id: each for each in connector.fetch(None).comments}
    speaks = {account: comments[str(number)].by_page for account, number in written.items()}
    assert speaks == {"chief": True, "writer": True, "moderator": True, "resident": False}


def test_the_local_wall_clock_misleads_nobody(wordpress: Site, connector: WordPress, post: int) -> None:
    """The site's zone is Denver's: a cursor taken for UTC would hide hours of comments."""
    first = wordpress.comment(post, "one")
    batch = connector.fetch(None)
    second = wordpress.comment(post, "two")
    found = {each.platform_id for each in connector.fetch(batch.cursor).comments}
    assert {str(first), str(second)} <= found


def test_a_good_site_passes_the_check_and_the_wrong_account_does_not(wordpress: Site, connector: WordPress) -> None:
    connector.check()
    with pytest.raises(UnauthorizedError):
        connector_of(Site(wordpress.url, wordpress.folder, wordpress.accounts, user="writer")).check()


def test_the_form_refuses_what_is_too_long(wordpress: Site, post: int) -> None:
    with pytest.raises(FormRefusedError, match="too long"):
        wordpress.comment(post, "x" * 66_000)


def test_a_site_without_pretty_permalinks_is_found(wordpress: Site, post: int) -> None:
    comment = wordpress.comment(post, "hello")
    with wordpress.plain_permalinks():
        connector = connector_of(wordpress)
        assert fetched(connector, comment).text == "hello"
        assert connector.hide(str(comment)).result is Result.DONE
        assert post in {int(each.platform_id) for each in connector.fetch(None).posts}


def test_a_site_under_maintenance_is_tried_again_and_told_when(
    wordpress: Site, connector: WordPress, post: int
) -> None:
    comment = wordpress.comment(post, "hello")
    connector.check()
    with wordpress.maintenance():
        outcome = connector.hide(str(comment))
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 600)
    assert wordpress.visible(post, comment)
