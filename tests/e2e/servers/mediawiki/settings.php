<?php
# Added to what the installer wrote: an open wiki with one right more for administrators, and no limits on edits.
$wgGroupPermissions['sysop']['deleterevision'] = true; // not a default right
$wgGroupPermissions['*']['edit'] = true;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgAccountCreationThrottle = 0;
$wgMainCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_DB;
$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgPingback = false;
