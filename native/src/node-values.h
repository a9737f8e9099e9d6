// Values of JavaScript, and calls of Node-API that do not fail unseen.
#ifndef TACITURN_NODE_VALUES_H
#define TACITURN_NODE_VALUES_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Throws an error with the system's code, or, with 0, one about a wrong argument.
void throw_error(napi_env env, int error, const char *message);

// Whether a call of Node-API succeeded. If it did not, an error that names the call is thrown, unless one is being thrown.
#define SUCCEEDS(env, call) is_call_ok(env, call, #call)
bool is_call_ok(napi_env env, napi_status status, const char *call);

// Each of these answers false, or NULL, after it threw.
bool read_number(napi_env env, napi_value value, uint32_t *number);
bool read_number_property(napi_env env, napi_value object, const char *name, uint32_t *number);
bool read_flag_property(napi_env env, napi_value object, const char *name, bool *flag);
// The memory of the typed array that is the object's `name`, and has at least so many elements.
void *read_array_property(napi_env env, napi_value object, const char *name, napi_typedarray_type type, size_t length);
napi_value make_number(napi_env env, double number);

#endif
