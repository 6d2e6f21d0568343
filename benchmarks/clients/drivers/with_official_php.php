<?php
/**
 * Sends by a fitted copy of SMSC's official PHP client.
 *
 * Whether it was sent is judged by the client's own test, the one of its debug lines.
 */

$job = json_decode($argv[1], true, 512, JSON_THROW_ON_ERROR);
define('HOSTS', array_map(fn ($url) => explode('://', $url)[1], $job['urls']));
define('SECURE', str_starts_with($job['urls'][0], 'https') ? 1 : 0);
define('PATIENCE', (int) ceil($job['timeout']));
error_reporting(E_ERROR);

require $job['given'][0];

echo "ready\n";
flush();

try {
    $m = send_sms($job['phone'], $job['text']);
    $told = $m[1] > 0 ? 'sent' : 'not sent';
    $words = count($m) . ' values' . (implode('', $m) === '' ? ', all empty' : '');
} catch (Throwable $error) {
    [$told, $words] = ['unclear', $error::class];
}

echo json_encode(['told' => $told, 'words' => $words], JSON_THROW_ON_ERROR);
