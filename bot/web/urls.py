"""Every address of the review application."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path

from bot.web.views import answers, comment, media, screens, tasks, thresholds, trying

urlpatterns = [
    path("", screens.board, name="board"),
    path("queue/", screens.queue, name="queue"),
    path("next/", answers.start, name="next"),
    path("comment/<slug:ref>/", comment.focus, name="comment"),
    path("comment/<slug:ref>/decide/", answers.decide, name="decide"),
    path("comment/<slug:ref>/refer/", answers.refer, name="refer"),
    path("comment/<slug:ref>/undo/", answers.undo, name="undo"),
    path("comment/<slug:ref>/hold/", answers.hold, name="hold"),
    path("comment/<slug:ref>/take-over/", answers.take_over, name="take_over"),
    path("comment/<slug:ref>/history/", comment.history, name="history"),
    path("comment/<slug:ref>/history/<int:seq>/", comment.proof, name="proof"),
    path("comment/<slug:ref>/media/<int:seq>/", media.attachment, name="media"),
    path("comment/<slug:ref>/media/<int:seq>/content/", media.content, name="media_content"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<slug:corr>/done/", tasks.done, name="task_done"),
    path("try/", trying.trying, name="try"),
    path("try/<slug:label>/<slug:kind>/<slug:scheme>.png", trying.plot, name="plot"),
    path("thresholds/", thresholds.thresholds, name="thresholds"),
    path("thresholds/<slug:rule>/", thresholds.move, name="move"),
    path("thresholds/<slug:rule>/undo/", thresholds.take_back, name="take_back"),
    path("help/", screens.help_page, name="help"),
    path("keys/", screens.keys, name="keys"),
    path("healthz", screens.healthz, name="healthz"),
    # Only these of allauth's: there is no sign-up, and no reset by mail.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
]

handler400 = "bot.web.views.errors.bad"
handler403 = "bot.web.views.errors.forbidden"
handler404 = "bot.web.views.errors.missing"
handler500 = "bot.web.views.errors.broken"
