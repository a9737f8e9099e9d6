#include "engine-config.h"

#include "node-values.h"

// Fills in what the back end shares with TypeScript; false after it threw.
static bool read_arrays(napi_env env, napi_value config, struct engine *engine) {
  struct batch *batch = &engine->batch;
  const struct {
    const char *name;
    napi_typedarray_type type;
    size_t length;
    void *place;
  } arrays[] = {
      {"slab", napi_uint8_array, (size_t)engine->buffer_count * BUFFER_BYTES, &engine->slab},
      {"sockets", napi_uint32_array, BATCH_MAX, &batch->sockets},
      {"offsets", napi_uint32_array, BATCH_MAX, &batch->offsets},
      {"lengths", napi_uint32_array, BATCH_MAX, &batch->lengths},
      {"trafficClasses", napi_uint8_array, BATCH_MAX, &batch->traffic_classes},
      {"from", napi_uint32_array, BATCH_MAX * ADDRESS_WORDS, &batch->from},
      {"queue", napi_uint32_array, QUEUE_MAX * QUEUE_WORDS, &engine->queue},
      {"errors", napi_uint32_array, 1 + ERRORS_MAX * ERROR_WORDS, &engine->errors},
      {"pause", napi_uint32_array, PAUSE_WORDS, &engine->pause},
      {"row", napi_uint32_array, ADDRESS_WORDS, &engine->row},
  };
  for (size_t index = 0; index < sizeof arrays / sizeof *arrays; index++) {
    void *data = read_array_property(env, config, arrays[index].name, arrays[index].type, arrays[index].length);
    if (data == NULL) {
      return false;
    }
    // The places are pointers to different types, of one size.
    memcpy(arrays[index].place, &data, sizeof data);
  }
  return true;
}

bool read_config(napi_env env, napi_value config, struct engine *engine) {
  bool is_uring;
  if (!read_flag_property(env, config, "isUring", &is_uring) ||
      !read_number_property(env, config, "bufferCount", &engine->buffer_count) ||
      !read_number_property(env, config, "receiveBufferBytes", &engine->receive_buffer_bytes)) {
    return false;
  }
  bool is_power_of_two = (engine->buffer_count & (engine->buffer_count - 1)) == 0;
  if (engine->buffer_count < BATCH_MAX || engine->buffer_count > 32768 || !is_power_of_two) {
    throw_error(env, 0, "`bufferCount` must be a power of two from the length of a batch to 32768");
    return false;
  }
  engine->back_end = is_uring ? &uring_back_end : &mmsg_back_end;
  engine->has_segmentation = true;
  return read_arrays(env, config, engine);
}

napi_value make_layout(napi_env env) {
#define NUMBER(name) {#name, name}
  const struct {
    const char *name;
    double number;
  } numbers[] = {
      NUMBER(ADDRESS_WORDS), NUMBER(BATCH_MAX),   NUMBER(SOCKETS_MAX),        NUMBER(BUFFER_BYTES),
      NUMBER(QUEUE_MAX),     NUMBER(QUEUE_WORDS), NUMBER(ERRORS_MAX),         NUMBER(ERROR_WORDS),
      NUMBER(PAUSE_WORDS),   NUMBER(PAUSE_US),    NUMBER(PAUSE_DATAGRAMS),    NUMBER(OPEN_SHARED),
      NUMBER(OPEN_ERRORS),   NUMBER(OPEN_LARGE_BUFFER), NUMBER(OPEN_DONT_FRAGMENT),
  };
#undef NUMBER
  napi_value layout;
  bool is_made = SUCCEEDS(env, napi_create_object(env, &layout));
  for (size_t index = 0; is_made && index < sizeof numbers / sizeof *numbers; index++) {
    napi_value number = make_number(env, numbers[index].number);
    is_made = number != NULL && SUCCEEDS(env, napi_set_named_property(env, layout, numbers[index].name, number));
  }
  return is_made ? layout : NULL;
}
