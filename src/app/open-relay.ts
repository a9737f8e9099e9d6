import type { UnixMs } from '../base/clock.ts';
import type { AddressWords } from '../base/socket-address.ts';
import type { Config } from '../config/settings.ts';
import { recordUsage } from '../control/record-usage.ts';
import type { Logger } from '../observe/logger.ts';
import { watchCertificateFiles } from '../relay/certificate/certificate-files.ts';
import { readCertificateExpiry } from '../relay/certificate/certificate-material.ts';
import type { ChangeSnapshot } from '../relay/change-snapshot.ts';
import { ListenError } from '../relay/listen-ports.ts';
import type { Relay } from '../relay/relay.ts';
import type { RelayOptions, WriteLog } from '../relay/relay-options.ts';
import { BackEndFailure } from '../relay/sockets/back-end-failure.ts';
import { startRelay } from '../relay/supervisor.ts';
import { describeRelay } from './describe-relay.ts';
import type { EgressNotices } from './egress-notices.ts';
import type { OpenedCertificate } from './open-certificate.ts';
import type { OpenedControl } from './open-control.ts';
import { relayWorkerUrl } from './relay-worker-url.ts';
import { StartError } from './start-error.ts';

/** How often the certificate's files are looked at. */
const CERTIFICATE_POLL_MS = 10_000;

export interface OpenedRelay {
  readonly relay: Relay;
  reloadCertificate(): Promise<void>;
  /** Of the certificate that new connections get; undefined when nothing listens for TLS. */
  certificateExpiresAt(): UnixMs | undefined;
  stop(): Promise<void>;
}

/** What the relay is given beside the configuration. */
export interface RelaySurroundings {
  readonly known: ChangeSnapshot;
  readonly certificate: OpenedCertificate | undefined;
  /** The HTTP listener with its real port. */
  readonly httpListen: readonly AddressWords[];
  readonly version: string;
  /** Tells this start of the node from every other. */
  readonly boot: string;
  /** Told of limits that usage has reached. */
  readonly egress: EgressNotices;
  readonly onNotices: NonNullable<RelayOptions['onNotices']>;
  readonly log: Logger;
}

/**
 * Starts the workers, and keeps their certificate up to date.
 * @throws {StartError} when a port cannot be listened on, or the wanted datagram back end does not work here.
 */
export async function openRelay(
  config: Config,
  { ports, installation }: OpenedControl,
  surroundings: RelaySurroundings,
): Promise<OpenedRelay> {
  const { certificate, log } = surroundings;
  const relay = await startRelay({
    ...describeRelay(config, installation.longestTtlSeconds),
    software: `taciturn ${surroundings.version}`,
    httpListen: surroundings.httpListen,
    tls: certificate?.material,
    masterSecrets: installation.installationKeys.map(({ master }) => master),
    known: surroundings.known,
    node: installation.nodeId,
    boot: surroundings.boot,
    onUsage: async (delta) => {
      const { reached } = await recordUsage(ports, [delta]);
      for (const each of reached) {
        surroundings.egress.note(each);
      }
    },
    onNotices: surroundings.onNotices,
    workerEntry: relayWorkerUrl,
    log: writeTo(log),
  }).catch((error: unknown) => {
    throw explainRelayFailure(error, config);
  });
  let material = certificate?.material;
  const watch =
    certificate === undefined
      ? undefined
      : watchCertificateFiles(certificate.files, {
          pollMs: CERTIFICATE_POLL_MS,
          onMaterial: (found) => {
            if (relay.setCertificate(found)) {
              material = found;
              log.info({}, 'the TLS certificate was read again; new connections use it');
            }
          },
          onFault: (fault) => log.error({ fault }, 'the TLS certificate cannot be used; the one before stays'),
        });
  return {
    relay,
    reloadCertificate: async () => watch?.reload(),
    certificateExpiresAt: () => material && (readCertificateExpiry(material) as UnixMs),
    stop: async () => {
      watch?.stop();
      await relay.stop();
    },
  };
}

function explainRelayFailure(error: unknown, { turn }: Config): unknown {
  if (error instanceof ListenError) {
    return new StartError(`${error.message} The setting is turn.listen (TACITURN_TURN_LISTEN).`, { cause: error });
  }
  if (error instanceof BackEndFailure) {
    return new StartError(
      `The datagram back end ${turn.datagram} does not work here: ${error.message}. Remove what stands in its way, or ` +
        'set turn.datagram (TACITURN_TURN_DATAGRAM) to auto, which takes the best one that works.',
      { cause: error },
    );
  }
  return error;
}

function writeTo(log: Logger): WriteLog {
  return (level, message, fields = {}) => log[level](fields, message);
}
