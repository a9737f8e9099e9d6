/** A rule about the text of every file, whatever its language. */
export interface TextRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

// Examples are put together from parts, so that this file keeps its own rules.
const later = ['TO', 'DO'].join('');
const broken = ['FIX', 'ME'].join('');
const home = ['', 'home', 'someone'].join('/');

/** Every such rule. */
export const textRules: readonly TextRule[] = [
  {
    name: 'nothing is left for later',
    pattern: new RegExp(`\\b(${later}|${broken}|${['HA', 'CK'].join('')}|${['X', 'XX'].join('')})\\b`),
    instead: 'do it now, or open an issue',
    bad: [`// ${later}: check the length`, `# ${broken} later`],
    good: ['// hackers are welcome', 'mastodon'],
  },
  {
    name: 'no path of a developer machine',
    pattern: /(^|[\s"'`(=:])\/(home|root|work|Users|mnt)\/\w/,
    instead: 'name it relative to the repository',
    bad: [`see ${home}/project`, `path=${home}`, `"${['', 'root', 'file'].join('/')}"`],
    good: ['https://example.org/home/someone', 'src/home/page.ts'],
  },
  {
    name: 'no line ends in spaces',
    pattern: /[ \t\r]$/,
    instead: 'let the editor follow .editorconfig',
    bad: ['text ', 'text\t', 'text\r'],
    good: ['text'],
  },
];

/** The lines of `text` that break the rule, from 1. */
export function findLines(rule: TextRule, text: string): readonly number[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => rule.pattern.test(line))
    .map(({ number }) => number);
}
