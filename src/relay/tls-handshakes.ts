import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { TLS_HANDSHAKE_MS_MAX, TLS_HANDSHAKES_PER_WORKER_MAX } from '../base/limits.ts';
import type { CertificateMaterial } from './certificate/certificate-material.ts';
import { RELAY_COUNTER } from './relay-counters.ts';

/** RFC 7443 §3, §6. A client that names none is served too; one that names only others is refused (RFC 7301 §3.2). */
const APPLICATION_PROTOCOLS = ['stun.turn', 'stun.nat-discovery'];

export interface TlsOptions {
  readonly material: CertificateMaterial;
  /** 48 bytes that all workers have in common, so that a session of one is resumed by another. */
  readonly ticketKeys: Uint8Array;
}

/**
 * Makes TLS connections out of TCP connections. It listens on nothing itself, so that TCP and TLS share one way of
 * accepting; how many handshakes are under way, and for how long, is limited.
 */
export class TlsHandshakes {
  readonly #server: Server;
  readonly #ticketKeys: Buffer;
  readonly #counters: Float64Array;
  #underWay = 0;

  /** `onSecure` is called for each handshake that was completed. `counters` are indexed by `RELAY_COUNTER`. */
  constructor(options: TlsOptions, counters: Float64Array, onSecure: (socket: TLSSocket) => void) {
    this.#counters = counters;
    this.#ticketKeys = Buffer.from(options.ticketKeys);
    this.#server = createServer({
      ...this.#contextOptions(options.material),
      ALPNProtocols: APPLICATION_PROTOCOLS,
      handshakeTimeout: TLS_HANDSHAKE_MS_MAX,
    });
    // Every handshake ends in exactly one of these two events.
    this.#server.on('secureConnection', (socket) => {
      this.#underWay -= 1;
      onSecure(socket);
    });
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      this.#underWay -= 1;
      const isTimeout = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
      this.#count(isTimeout ? RELAY_COUNTER.tls_handshakes_timed_out : RELAY_COUNTER.tls_handshakes_failed);
      socket.destroy();
    });
  }

  /** Begins a handshake; false when too many are under way. */
  begin(socket: Socket): boolean {
    if (this.#underWay >= TLS_HANDSHAKES_PER_WORKER_MAX) {
      this.#count(RELAY_COUNTER.stream_refused_handshake_limit);
      return false;
    }
    this.#underWay += 1;
    this.#server.emit('connection', socket);
    return true;
  }

  /** From the next handshake on, `material` serves; sessions that there are go on. */
  setCertificate(material: CertificateMaterial): void {
    this.#server.setSecureContext(this.#contextOptions(material));
  }

  #contextOptions(material: CertificateMaterial) {
    return {
      cert: material.certificate,
      key: material.key,
      ticketKeys: this.#ticketKeys,
      minVersion: 'TLSv1.2',
      // A client that renegotiates without end would have us compute without end.
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    } as const;
  }

  #count(place: number): void {
    (this.#counters[place] as number) += 1;
  }
}
