// Each function has one fault that a sanitizer must report: were it silent here, its silence about the addon would mean
// nothing.
#include <limits.h>
#include <node_api.h>
#include <stdlib.h>

// Keeps the compiler from seeing through a value.
static volatile int unknown = 4;

static napi_value read_beyond_end(napi_env env, napi_callback_info info) {
  (void)info;
  char *bytes = calloc(1, (size_t)unknown);
  napi_value result;
  napi_create_int32(env, bytes[unknown], &result);
  free(bytes);
  return result;
}

static napi_value overflow_integer(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  napi_create_int32(env, INT_MAX + unknown, &result);
  return result;
}

static napi_value lose_memory(napi_env env, napi_callback_info info) {
  (void)info;
  char *bytes = malloc((size_t)unknown);
  napi_value result;
  napi_create_int32(env, bytes == NULL, &result);
  return result;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"readBeyondEnd", NULL, read_beyond_end, NULL, NULL, NULL, napi_enumerable, NULL},
      {"overflowInteger", NULL, overflow_integer, NULL, NULL, NULL, napi_enumerable, NULL},
      {"loseMemory", NULL, lose_memory, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
