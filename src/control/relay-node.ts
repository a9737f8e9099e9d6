/** The relay nodes that usage came through, with what an operator calls their places. */
export interface NodeTable {
  /** Adds the node, or replaces its labels. */
  put(node: RelayNode): Promise<void>;
}

/** A node's own labels, in Cloudflare's words for them; each may be empty. */
export interface RelayNode {
  readonly id: string;
  readonly city: string;
  readonly code: string;
  readonly country: string;
  readonly region: string;
}
