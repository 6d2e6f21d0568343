<?php
/**
 * Calls one operation with PHP's SoapClient, as the gateway page's examples do.
 *
 * Arguments: the WSDL's address, the operation, its arguments as a JSON list. Prints what came
 * back as JSON: {"result": ...} or {"fault": code, "text": ...}.
 */

[, $wsdl, $operation, $arguments] = $argv;
$arguments = json_decode($arguments, true, 512, JSON_THROW_ON_ERROR);

try {
    $conn = new SoapClient($wsdl);
    $answer = ['result' => $conn->$operation(...$arguments)];
} catch (SoapFault $exception) {
    $answer = ['fault' => $exception->faultcode, 'text' => $exception->getMessage()];
}

echo json_encode($answer, JSON_THROW_ON_ERROR);
