import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOAD_DEFAULTS, type LoadDirection, type LoadMode, type LoadOptions } from '../load/load-options.ts';
import { CliError } from './cli-error.ts';
import { ProgressBar } from './progress-bar.ts';

/** The server corrupted, misrouted or repeated something, or signed an answer wrongly. */
const EXIT_WRONG_DATA = 3;

/** What commander read, named as the flags are. */
interface LoadFlags {
  readonly user?: string;
  readonly password?: string;
  readonly mode: LoadMode;
  readonly direction: LoadDirection;
  readonly allocations: number;
  readonly peers: number;
  readonly size: number;
  readonly rate: number;
  readonly window?: number;
  readonly search?: true;
  readonly loss: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly probe: number;
  readonly inFlight: number;
  readonly serverPid?: number;
  readonly clientAddress?: string;
  readonly peerAddress?: string;
  readonly datagram: NonNullable<LoadOptions['datagram']>;
  readonly json?: true;
}

/** `taciturn load turn:…`. */
export function addLoadCommand(program: Command): void {
  const number = (flag: string, text: string): Option => new Option(flag, text).argParser(parseNumber);
  program
    .command('load')
    .description('Put a TURN server under load: clients and peers here, every packet checked.')
    .argument('<url>', 'turn:127.0.0.1:3478?transport=udp, ?transport=tcp, or turns: for TLS')
    .option('--user <name>', 'the username of a credential (else TACITURN_LOAD_USER)')
    .option(
      '--password <text>',
      'its credential (else TACITURN_LOAD_PASSWORD, which other users of the machine cannot see)',
    )
    .addOption(
      new Option('--mode <mode>', 'what the clients do; raw sends ChannelData to a forwarder that answers no requests')
        .choices(['channel', 'indication', 'allocate', 'setup', 'raw'])
        .default(LOAD_DEFAULTS.mode),
    )
    .addOption(
      new Option('--direction <direction>', 'client to peer, peer to client, both, or there and back')
        .choices(['up', 'down', 'both', 'echo'])
        .default(LOAD_DEFAULTS.direction),
    )
    .addOption(number('--allocations <n>', 'clients').default(LOAD_DEFAULTS.allocations))
    .addOption(number('--peers <n>', 'peers').default(LOAD_DEFAULTS.peers))
    .addOption(number('--size <bytes>', 'payload, 32 or more').default(LOAD_DEFAULTS.sizeBytes))
    .addOption(number('--rate <n>', 'packets a second in all').default(LOAD_DEFAULTS.ratePerSecond))
    .addOption(number('--window <n>', 'instead: packets under way at once, as fast as they arrive'))
    .option('--search', 'instead: find the highest rate that loses less than --loss')
    .addOption(number('--loss <percent>', 'what a search puts up with').default(LOAD_DEFAULTS.lossPercentMax))
    .addOption(number('--seconds <n>', 'how long').default(LOAD_DEFAULTS.seconds))
    .addOption(number('--warmup <seconds>', 'not measured, before').default(LOAD_DEFAULTS.warmupSeconds))
    .addOption(number('--probe <seconds>', 'each rate of a search').default(LOAD_DEFAULTS.probeSeconds))
    .addOption(number('--in-flight <n>', 'allocations made at once, or cycles at once').default(LOAD_DEFAULTS.inFlight))
    .addOption(number('--server-pid <pid>', "measure this process's CPU time and memory"))
    .option('--client-address <address>', 'where clients send from: an address or an IPv4 range')
    .option('--peer-address <address>', 'where peers are (default: loopback); with mode raw, 127.0.0.1:4001')
    .addOption(
      new Option('--datagram <back end>', "what the generator's UDP sockets run on")
        .choices(['auto', 'io_uring', 'mmsg', 'dgram'])
        .default(LOAD_DEFAULTS.datagram),
    )
    .option('--json', 'print one line of JSON')
    .action(load);
}

async function load(url: string, flags: LoadFlags): Promise<void> {
  const user = flags.user ?? process.env.TACITURN_LOAD_USER ?? '';
  const password = flags.password ?? process.env.TACITURN_LOAD_PASSWORD ?? '';
  if (flags.mode !== 'raw' && (user === '' || password === '')) {
    throw new CliError(
      'The credential is missing: name it with --user and --password, or set TACITURN_LOAD_USER and ' +
        'TACITURN_LOAD_PASSWORD; `credential create` prints one.',
    );
  }
  // The generator is loaded only when it is to run, so that the other commands start fast.
  const { runLoad } = await import('../load/run-load.ts');
  const { formatReport, listErrors } = await import('../load/format-report.ts');
  const bar = new ProgressBar(process.stderr);
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    const report = await runLoad({
      ...readOptions(url, user, password, flags),
      signal: abort.signal,
      onProgress: (progress) => bar.draw(progress),
    });
    bar.clear();
    process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : formatReport(report));
    if (listErrors(report.errors).length > 0) {
      process.exitCode = EXIT_WRONG_DATA;
    } else if (report.mode === 'allocate' && report.allocationsPerSecond === 0) {
      process.exitCode = 1;
    }
  } finally {
    bar.clear();
  }
}

function readOptions(url: string, user: string, password: string, flags: LoadFlags): LoadOptions {
  const { window, search, serverPid, clientAddress, peerAddress } = flags;
  return {
    url,
    user,
    password,
    mode: flags.mode,
    direction: flags.direction,
    allocations: flags.allocations,
    peers: flags.peers,
    sizeBytes: flags.size,
    ratePerSecond: flags.rate,
    lossPercentMax: flags.loss,
    seconds: flags.seconds,
    warmupSeconds: flags.warmup,
    probeSeconds: flags.probe,
    inFlight: flags.inFlight,
    datagram: flags.datagram,
    ...(window === undefined ? {} : { windowPackets: window }),
    ...(search === undefined ? {} : { search }),
    ...(serverPid === undefined ? {} : { serverPid }),
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(peerAddress === undefined ? {} : { peerAddress }),
  };
}

function parseNumber(text: string): number {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) {
    throw new InvalidArgumentError('It takes a number.');
  }
  return Number(text);
}
