import ts from 'typescript';
import type { HouseRule, Violation } from '../house-rule.ts';
import { lineAt, lineOf, type SourceFile, visitNodes } from '../source-file.ts';

const functionLinesMax = 70;
const fileLinesMax = 400;

/** A function that is read on one screen. One that only declares tests is a table of contents: each test is measured. */
export const functionLength: HouseRule = {
  name: `a function has at most ${functionLinesMax} lines`,
  appliesTo: () => true,
  check: (file) => {
    const violations: Violation[] = [];
    visitNodes(file, (node) => {
      if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && !declaresTests(node)) {
        const first = lineOf(file, node);
        const lines = lineAt(file, node.end) - first + 1;
        if (lines > functionLinesMax) {
          violations.push({ line: first, message: `${lines} lines: let a parent branch and leaves compute` });
        }
      }
    });
    return violations;
  },
  bad: [
    { path: 'src/turn/long.ts', text: `export function long(): void {\n${'  work();\n'.repeat(69)}}\n` },
    { path: 'src/turn/arrow.ts', text: `export const long = (): void => {\n${'  work();\n'.repeat(69)}};\n` },
    { path: 'src/turn/method.ts', text: `class Long {\n  run() {\n${'    work();\n'.repeat(69)}  }\n}\n` },
    {
      path: 'src/turn/long.test.ts',
      text: `describe('all', () => {\n  test('one', () => {\n${'    work();\n'.repeat(69)}  });\n});\n`,
    },
  ],
  good: [
    { path: 'src/turn/short.ts', text: `export function short(): void {\n${'  work();\n'.repeat(68)}}\n` },
    {
      path: 'src/turn/short.test.ts',
      text: `describe('all', () => {\n${"  test('one', () => {\n    work();\n  });\n".repeat(40)}});\n`,
    },
  ],
};

/** Whether tests are declared directly in the function, not in one within it. */
function declaresTests(node: ts.Node): boolean {
  let found = false;
  const walk = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner) && ts.isIdentifier(inner.expression)) {
      found ||= ['describe', 'it', 'suite', 'test'].includes(inner.expression.text);
    }
    if (!found) {
      ts.forEachChild(inner, (child) => (ts.isFunctionLike(child) ? undefined : walk(child)));
    }
  };
  ts.forEachChild(node, walk);
  return found;
}

/** A file that is read at one sitting. */
export const fileLength: HouseRule = {
  name: `a file has about 250 lines, and at most ${fileLinesMax}`,
  appliesTo: (path) => !path.startsWith('test/fixtures/'),
  check: (file) => {
    const lines = countLines(file);
    return lines <= fileLinesMax
      ? []
      : [{ line: fileLinesMax + 1, message: `${lines} lines: move what has a name of its own to its own file` }];
  },
  bad: [{ path: 'src/turn/long.ts', text: '// line\n'.repeat(401) }],
  good: [
    { path: 'src/turn/short.ts', text: '// line\n'.repeat(400) },
    { path: 'test/fixtures/captures.ts', text: '// line\n'.repeat(401) },
  ],
};

function countLines({ text }: SourceFile): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
