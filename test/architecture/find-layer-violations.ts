import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { listLayerRules } from './layer-rules.ts';

/** What dependency-cruiser saw, and what it found wrong: `rule: from → to`. */
export interface LayerReport {
  readonly moduleCount: number;
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

/** Follows every import, of types too, of the sources below `root`. */
export async function findLayerViolations(root: string, folders: readonly string[]): Promise<LayerReport> {
  const options: ICruiseOptions = {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...listLayerRules()] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/.bin)/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
  };
  const { output } = await cruise([...folders], options, {
    conditionNames: ['import', 'node', 'default', 'types'],
    exportsFields: ['exports'],
    extensions: ['.ts', '.mjs', '.js', '.d.ts'],
  });
  const { modules, summary } = output as ICruiseResult;
  return {
    moduleCount: modules.filter(({ source }) => folders.some((folder) => source.startsWith(`${folder}/`))).length,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}
