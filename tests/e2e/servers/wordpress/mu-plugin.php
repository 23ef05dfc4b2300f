<?php
// What stands in for a mail server and for a spam filter such as Akismet, and a switch for the permalinks.
function wp_mail() {
    return true;
}
add_filter('pre_comment_approved', fn($approved, $comment) =>
    str_contains($comment['comment_content'], 'cheap-watches') ? 'spam' : $approved, 10, 2);
if (file_exists(ABSPATH . 'plain-permalinks')) {
    add_filter('pre_option_permalink_structure', '__return_empty_string');
    add_filter('pre_option_rewrite_rules', '__return_empty_string');
}
