export const RESULTS_BEGIN = '<!-- Written by `npm run bench -- --publish` from the files in results/ -->';
export const RESULTS_END = '<!-- The end of what is written -->';

/**
 * The document with `content` between the two markers.
 * @throws {Error} when one of them is missing, or they stand the wrong way round
 */
export function replaceBetweenMarkers(document: string, content: string): string {
  const begin = document.indexOf(RESULTS_BEGIN);
  const end = document.indexOf(RESULTS_END);
  if (begin < 0 || end < begin) {
    throw new Error(`bench/README.md has lost its markers. Put these two lines back: ${RESULTS_BEGIN} ${RESULTS_END}`);
  }
  return `${document.slice(0, begin + RESULTS_BEGIN.length)}\n\n${content}\n\n${document.slice(end)}`;
}
