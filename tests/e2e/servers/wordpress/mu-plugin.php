<?php
// What stands in for a mail server and for a spam filter such as Akismet.
function wp_mail() {
    return true;
}
add_filter('pre_comment_approved', fn($approved, $comment) =>
    str_contains($comment['comment_content'], 'cheap-watches') ? 'spam' : $approved, 10, 2);
