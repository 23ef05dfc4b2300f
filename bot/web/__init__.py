"""The review application: what moderators see and do, server-rendered, usable without JavaScript.

Django owns who you are, in its own database of accounts. What happened is read and written through `bot.records` and
`bot.review` alone; nothing here knows a platform or opens its secret.
"""
