import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/**
 * What a build takes. `missing` says what is not there; the rest is then of no use.
 * @typedef {{ compiler: string, make: string, python: string, headers: string, nodeGyp: string, missing?: string }} BuildTools
 */

/**
 * Looks for the tools, and starts none of them.
 * @param {string} folder of the addon
 * @returns {BuildTools}
 */
export function findBuildTools(folder) {
  const compiler = process.env.CC ?? 'cc';
  const tools = {
    // A compiler may come with flags or behind a wrapper, as in `ccache gcc`.
    compiler: findProgram(compiler.split(' ')[0] ?? '') === '' ? '' : compiler,
    make: findProgram(process.env.MAKE ?? 'make'),
    python: findPython(),
    headers: findHeaders(folder),
    nodeGyp: findNodeGyp(),
  };
  const missing = [
    tools.compiler === '' ? `a C compiler (${compiler})` : '',
    tools.make === '' ? 'make' : '',
    tools.python === '' ? 'python3' : '',
    tools.headers === '' ? "Node's header files" : '',
    tools.nodeGyp === '' ? 'the node-gyp that comes with npm' : '',
  ].filter((name) => name !== '');
  return missing.length === 0 ? tools : { ...tools, missing: `${missing.join(' and ')} cannot be found` };
}

/**
 * The path of a program, as a shell finds it, or an empty string.
 * @param {string} name
 */
function findProgram(name) {
  const candidates = isAbsolute(name)
    ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return (
    candidates.find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? ''
  );
}

/** node-gyp looks in the same places, in this order. */
function findPython() {
  const names = [process.env.npm_config_python, process.env.PYTHON, 'python3', 'python'];
  return names.map((name) => (name === undefined ? '' : findProgram(name))).find((path) => path !== '') ?? '';
}

/**
 * The folder above `include/node`: that of the package that brings the runtime, else of the Node that runs this. Either
 * serves, since the addon uses nothing but Node-API and libuv's stable ABI.
 * @param {string} folder
 */
function findHeaders(folder) {
  const folders = [dirname(dirname(realpathSync(process.execPath)))];
  try {
    const runtime = `node-${process.platform}-${process.arch}/package.json`;
    folders.unshift(dirname(createRequire(join(folder, 'package.json')).resolve(runtime)));
  } catch {
    // The package is optional.
  }
  const complete = (/** @type {string} */ path) =>
    ['node_api.h', 'uv.h', 'common.gypi'].every((name) => existsSync(join(path, 'include', 'node', name)));
  return folders.find(complete) ?? '';
}

/** npm names its node-gyp to the scripts that it runs; else it lies where npm itself would load it from. */
function findNodeGyp() {
  const named = process.env.npm_config_node_gyp ?? '';
  if (existsSync(named)) {
    return named;
  }
  const npm = [process.env.npm_execpath ?? '', findProgram('npm')].find((path) => existsSync(path));
  const beside = join(dirname(dirname(process.execPath)), 'lib', 'node_modules', 'npm', 'package.json');
  for (const from of [npm === undefined ? '' : realpathSync(npm), beside]) {
    try {
      return createRequire(from).resolve('node-gyp/bin/node-gyp.js');
    } catch {
      // Another package manager, or an npm that was installed without it.
    }
  }
  return '';
}
