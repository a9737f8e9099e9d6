// What TypeScript passes to `createEngine`: the arrays that both sides share, and a few numbers.
#ifndef TACITURN_ENGINE_CONFIG_H
#define TACITURN_ENGINE_CONFIG_H

#include <node_api.h>

#include "engine.h"

// Fills in the engine from the configuration; false after it threw.
bool read_config(napi_env env, napi_value config, struct engine *engine);

// An object with the numbers of `engine.h` that TypeScript has as well; NULL after it threw.
napi_value make_layout(napi_env env);

#endif
