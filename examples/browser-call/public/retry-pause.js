const PAUSE_MS = 3000;

/** The pause before something is tried again; whoever is in a hurry ends it. */
export class RetryPause {
  #end = () => {};

  /** @returns {Promise<void>} */
  wait() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end() {
    this.#end();
  }
}
