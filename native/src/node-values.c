#include "node-values.h"

#include <stdio.h>
#include <uv.h>

void throw_error(napi_env env, int error, const char *message) {
  // Where even this fails, the thread is being ended, and there is nobody to tell.
  napi_throw_error(env, error == 0 ? "ERR_INVALID_ARG_VALUE" : uv_err_name(-error), message);
}

bool is_call_ok(napi_env env, napi_status status, const char *call) {
  if (status == napi_ok) {
    return true;
  }
  bool is_thrown = false;
  napi_is_exception_pending(env, &is_thrown);
  if (!is_thrown) {
    char message[200];
    snprintf(message, sizeof message, "Node-API refused with status %d: %s", status, call);
    napi_throw_error(env, "ERR_NODE_API", message);
  }
  return false;
}

bool read_number(napi_env env, napi_value value, uint32_t *number) {
  return SUCCEEDS(env, napi_get_value_uint32(env, value, number));
}

bool read_number_property(napi_env env, napi_value object, const char *name, uint32_t *number) {
  napi_value value;
  return SUCCEEDS(env, napi_get_named_property(env, object, name, &value)) && read_number(env, value, number);
}

bool read_flag_property(napi_env env, napi_value object, const char *name, bool *flag) {
  napi_value value;
  return SUCCEEDS(env, napi_get_named_property(env, object, name, &value)) &&
         SUCCEEDS(env, napi_get_value_bool(env, value, flag));
}

void *read_array_property(napi_env env, napi_value object, const char *name, napi_typedarray_type type, size_t length) {
  napi_value value;
  bool is_array;
  if (!SUCCEEDS(env, napi_get_named_property(env, object, name, &value)) ||
      !SUCCEEDS(env, napi_is_typedarray(env, value, &is_array))) {
    return NULL;
  }
  napi_typedarray_type found_type;
  size_t found_length = 0;
  void *data = NULL;
  if (is_array &&
      !SUCCEEDS(env, napi_get_typedarray_info(env, value, &found_type, &found_length, &data, NULL, NULL))) {
    return NULL;
  }
  if (!is_array || found_type != type || found_length < length || data == NULL) {
    char message[120];
    snprintf(message, sizeof message, "the addon needs `%s` to be a typed array of its kind, with %zu elements", name,
             length);
    throw_error(env, 0, message);
    return NULL;
  }
  return data;
}

napi_value make_number(napi_env env, double number) {
  napi_value value;
  return SUCCEEDS(env, napi_create_double(env, number, &value)) ? value : NULL;
}
