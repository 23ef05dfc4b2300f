"""What must be in writing before a page is touched."""

from __future__ import annotations

from bot.config import Loaded


def refusals(config: Loaded, name: str) -> list[str]:
    """Why the page may not be worked on; empty when it may. Each line names the key to set.

    A page needs its written approval under the policy version in force (policy 5.04 A.3.a); a live page also needs
    somebody to tell about threats.
    """
    page = config.pages[name]
    version = config.department.policy_version
    found = []
    if page.approval is None:
        found.append(
            f"pages.{name}.approval is missing: who approved the page, on which day, under which policy version"
        )
    elif page.approval.policy != version:
        found.append(
            f"pages.{name}.approval is for policy {page.approval.policy}, in force is {version}: have it approved anew"
        )
    if page.mode == "live" and not config.alerts.to:
        found.append("alerts.to is empty: a live page needs an address for threats and cries for help")
    if page.mode == "live" and config.mail is None:
        found.append("[mail] is missing: a live page must be able to send alerts")
    return found
