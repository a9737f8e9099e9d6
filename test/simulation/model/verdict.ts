/**
 * Which answers to a request are right. A request may be wrong in several ways at once, and no RFC says which of them an answer
 * must name; a time that has just come, or a port that may have run out, may be judged either way.
 */
export class Verdict {
  /** Error codes for what is surely wrong: when there are any, the answer is one of them. */
  readonly errors = new Set<number>();
  /** Error codes for what may be wrong: right answers, as success is while nothing is surely wrong. */
  readonly possible = new Set<number>();
  /** Whether no answer at all is right too. */
  mayBeSilent = false;

  /** Whether even an error may come later, since another worker must be asked first. */
  mayWait = false;

  readonly #later: { readonly code: number; readonly holds: () => boolean }[] = [];

  /** Makes `code` a right answer too if `holds` when the answer comes. */
  refuseLater(code: number, holds: () => boolean): void {
    this.#later.push({ code, holds });
  }

  refuse(code: number, certainty: 'surely' | 'perhaps' = 'surely'): void {
    (certainty === 'surely' ? this.errors : this.possible).add(code);
  }

  get mustFail(): boolean {
    return this.errors.size > 0;
  }

  /** `code` is an error code, or 0 for success. */
  allows(code: number): boolean {
    if (code === 0) {
      return this.errors.size === 0;
    }
    const isLater = this.#later.some((refusal) => refusal.code === code && refusal.holds());
    return isLater || this.errors.has(code) || this.possible.has(code);
  }

  format(): string {
    const codes = [...this.errors, ...[...this.possible].map((code) => `perhaps ${code}`)];
    return codes.length === 0 ? 'success' : codes.join(', ');
  }
}
