<?php
// Install the site and print its three accounts with their application passwords, as JSON.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Springfield Police Blog', 'admin', 'admin@pd.example', true, '', wp_generate_password());
update_option('comment_moderation', 0);             // a visitor's comment is public at once
update_option('comment_previously_approved', 0);
update_option('moderation_keys', 'please-hold-this');
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'America/Denver'); // so that local time and UTC differ

$accounts = [];
foreach (['moderator' => 'editor', 'chief' => 'administrator', 'writer' => 'author', 'resident' => 'subscriber'] as $name => $role) {
    $id = wp_insert_user([
        'user_login' => $name, 'user_pass' => wp_generate_password(), 'role' => $role, 'user_email' => "$name@pd.example",
    ]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'test']);
    $accounts[$name] = ['id' => $id, 'password' => $password];
}
echo json_encode($accounts);
