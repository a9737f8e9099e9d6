const fileLinesMax = 400;
const functionLinesMax = 70;

/** One rule about a source in C, which says on which line and how it is broken. */
export interface CRule {
  readonly name: string;
  readonly check: (text: string) => readonly string[];
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** A function of a file that is formatted as usual: its first line and its last brace begin in the first column. */
interface CFunction {
  readonly name: string;
  readonly line: number;
  readonly lineCount: number;
}

function listFunctions(text: string): readonly CFunction[] {
  const lines = text.split('\n');
  const functions: CFunction[] = [];
  for (const [index, line] of lines.entries()) {
    const name = /^[a-z][\w *]*?\b(\w+)\(/i.exec(line)?.[1];
    const isPrototype =
      name === undefined || /;\s*$/.test(lines.slice(index).find((each) => /[;{]\s*$/.test(each)) ?? ';');
    if (!isPrototype) {
      const end = lines.indexOf('}', index);
      functions.push({ name, line: index + 1, lineCount: (end < 0 ? lines.length : end + 1) - index });
    }
  }
  return functions;
}

const longBody = '  work();\n'.repeat(functionLinesMax - 1);

/** Every rule; a compiler with its warnings as errors holds the rest. */
export const cRules: readonly CRule[] = [
  {
    name: `a file has at most ${fileLinesMax} lines`,
    check: (text) => (text.split('\n').length - 1 > fileLinesMax ? [`${text.split('\n').length - 1} lines`] : []),
    bad: ['// line\n'.repeat(fileLinesMax + 1)],
    good: ['// line\n'.repeat(fileLinesMax)],
  },
  {
    name: `a function has at most ${functionLinesMax} lines`,
    check: (text) =>
      listFunctions(text)
        .filter(({ lineCount }) => lineCount > functionLinesMax)
        .map(({ name, line, lineCount }) => `${line}: ${name} has ${lineCount} lines`),
    bad: [`static int run(void) {\n${longBody}}\n`, `int run(int a,\n        int b) {\n${longBody}}\n`],
    good: [`static int run(void) {\n${longBody.slice(10)}}\n`, `int run(void);\n${'// line\n'.repeat(80)}`],
  },
  {
    name: 'a function has a name in snake_case',
    check: (text) =>
      listFunctions(text)
        .filter(({ name }) => !/^([a-z][a-z0-9]*(_[a-z0-9]+)*|NAPI_MODULE_INIT)$/.test(name))
        .map(({ name, line }) => `${line}: ${name}`),
    bad: ['static int runAll(void) {\n}\n', 'struct ring *OpenRing(int a) {\n}\n'],
    good: ['static int run_all(void) {\n  callOther();\n}\n', 'NAPI_MODULE_INIT() {\n}\n'],
  },
  {
    name: 'no line has a tab',
    check: (text) => text.split('\n').flatMap((line, index) => (line.includes('\t') ? [String(index + 1)] : [])),
    bad: ['\tint a;\n'],
    good: ['  int a;\n'],
  },
];
