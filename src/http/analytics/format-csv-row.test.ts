import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCsvRow } from './format-csv-row.ts';

test('cells are quoted where RFC 4180 needs it, and lines end with CRLF', () => {
  assert.equal(formatCsvRow(['a', 12, '', 'b c']), 'a,12,,b c\r\n');
  assert.equal(formatCsvRow(['a,b', 'say "x"', 'two\nlines', '\u00e9']), '"a,b","say ""x""","two\nlines",\u00e9\r\n');
});

test('what a spreadsheet would take for a formula is a text there', () => {
  assert.equal(formatCsvRow(['=1+1', '+1', '-1', '@x', '\t=1', "'x"]), "'=1+1,'+1,'-1,'@x,'\t=1,''x\r\n");
  assert.equal(formatCsvRow(['=HYPERLINK("a","b")']), '"\'=HYPERLINK(""a"",""b"")"\r\n');
  assert.equal(formatCsvRow(['a=1', -1]), 'a=1,-1\r\n');
});
