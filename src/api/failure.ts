/** Why something could not be done and what to do about it, each as one sentence for the person at the page. */
export interface Failure {
  sentence: string;
  advice?: string;
}

/** A Failure that can be thrown. */
export class FailureError extends Error implements Failure {
  constructor(
    readonly sentence: string,
    readonly advice?: string
  ) {
    super(sentence);
    this.name = 'FailureError';
  }
}

/** Makes a Failure of whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof FailureError) {
    return { sentence: thrown.sentence, advice: thrown.advice };
  }
  return { sentence: thrown instanceof Error ? thrown.message : String(thrown) };
}
