/** What the service answers when it refuses a call. */
export interface ProblemBody {
  readonly errors?: readonly { readonly code: number; readonly message: string }[];
}

/** A call that failed; its message is for the person in front of the page. */
export class ApiError extends Error {
  /** The HTTP status, or 0 when the service could not be reached. */
  readonly status: number;
  readonly code: number | undefined;

  constructor(status: number, message: string, code?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }

  static unreachable(): ApiError {
    return new ApiError(0, 'The service cannot be reached. What you see may be old; the page tries again by itself.');
  }

  static of(status: number, body: ProblemBody | undefined): ApiError {
    const [first] = body?.errors ?? [];
    return new ApiError(status, first?.message ?? `The service answered ${status}, and did not say why.`, first?.code);
  }
}
