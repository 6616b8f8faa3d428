/** What `npm start` runs: a controller with four devices, all in hardware, rekeyed without and with a round trip, and judged from outside. */
export const DEMO = [
  'sim',
  ...['--relations', '4', '--rtl-devices', '4'],
  ...['--engine', 'aes-256-gcm', '--profile', 'std'],
  ...['--frames', '900', '--rekey-frames', '130', '--n-rtt-every', '3'],
  ...['--window-relations', '1,3', '--reorder-chance', '0.15'],
  '--key-log',
];
