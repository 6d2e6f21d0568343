<?php
/**
 * A gate on PHP's SoapServer: without a WSDL on any path, with a typed one on /typed.
 *
 * The login chooses what it does. What it heard last is written as JSON to the file that the
 * environment's SMSGATE_HEARD names.
 */

class Gate
{
    public function sendSms($login, $password, $alphaName, $destAddr, $text)
    {
        $this->write(func_get_args());
        $ids = array_map(fn ($place) => sprintf('%06d', 101 + $place), array_keys((array) $destAddr));

        return match ($login) {
            'bare-id' => $ids[0],
            'numbers' => array_map('intval', $ids),
            'map' => array_combine((array) $destAddr, $ids),
            'object' => (object) ['id' => $ids[0]],
            'nothing' => null,
            'false' => false,
            'refuses' => throw new SoapFault('Client', 'Номер в черном списке'),
            'own-code' => throw new SoapFault('104', 'Неверное альфа-имя'),
            'throws' => throw new RuntimeException('the database is away'),
            'crashes' => undefined_function(),
            'dies' => exit,
            default => $ids,
        };
    }

    public function getReports($login, $password, $smcIds)
    {
        $this->write(func_get_args());

        return match ($login) {
            'text-keys' => ['000101' => 'DELIVRD', 'p0066a46dc' => 'UNDELIV'],
            'number-keys' => [410700001 => 'DELIVRD', 410700002 => 'UNDELIV'],
            'list-keys' => ['DELIVRD', 'UNDELIV'],
            'bare-word' => 'DELIVRD',
            'refuses' => throw new SoapFault('Client', 'Неверный логин'),
        };
    }

    private function write(array $arguments): void
    {
        file_put_contents(getenv('SMSGATE_HEARD'), json_encode($arguments, JSON_THROW_ON_ERROR));
    }
}

$isTyped = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/typed';
$server = $isTyped
    ? new SoapServer(__DIR__ . '/soap_typed.wsdl')
    : new SoapServer(null, ['uri' => 'urn:peer']);
$server->setClass(Gate::class);
$server->handle();
