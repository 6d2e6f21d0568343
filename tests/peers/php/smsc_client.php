<?php
/**
 * Calls functions of the official SMSC client, whose path is the argument, one after the other.
 *
 * Reads [[function, argument, ...], ...] as JSON and prints the list of what came back. Every
 * text, in and out, is in base64, since it may be in any charset.
 */

require $argv[1];

function unpack_text($value)
{
    return is_string($value) ? base64_decode($value, true) : $value;
}

function pack_text($value)
{
    if (is_array($value)) {
        return array_map('pack_text', $value);
    }

    return is_string($value) ? base64_encode($value) : $value;
}

$answers = [];
foreach (json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR) as $call) {
    $function = array_shift($call);
    $answers[] = pack_text($function(...array_map('unpack_text', $call)));
}

echo json_encode($answers, JSON_THROW_ON_ERROR);
