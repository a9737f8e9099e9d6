// The addon's face: `createEngine(config)` makes the sockets of one worker, on the worker's own event loop.
//
// TypeScript is called when a batch has been received, and calls `send` once per batch; all else goes through the
// typed arrays of the configuration, which stay referenced for as long as the engine lives.
#include <errno.h>
#include <node_api.h>
#include <stdlib.h>
#include <uv.h>

#include "engine.h"

// The event loop has its turn after so long, whether or not it is known to have something to do; sooner where that is not
// known.
#define HOLD_US_MAX 10000
#define BLIND_HOLD_US_MAX 500
// So that a pause in microseconds fits its 32 bits, with or without a timer that would end it.
#define PAUSE_MS_MAX 1000000

struct worker_sockets {
  struct engine engine;
  // The address to bind, and the bound one.
  uint32_t *row;
  napi_env env;
  napi_ref config;
  napi_ref on_ready;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  uv_loop_t *loop;
  uv_poll_t poll;
  bool is_stopped;
};

static void throw_error(napi_env env, int error, const char *message) {
  napi_throw_error(env, error == 0 ? "ERR_INVALID_ARG_VALUE" : uv_err_name(-error), message);
}

// Tells TypeScript about `count` datagrams, and about errors.
static void call_on_ready(struct worker_sockets *sockets, uint32_t count) {
  napi_env env = sockets->env;
  napi_handle_scope scope;
  napi_value receiver, callback, argument;
  napi_open_handle_scope(env, &scope);
  napi_get_reference_value(env, sockets->config, &receiver);
  napi_get_reference_value(env, sockets->on_ready, &callback);
  napi_create_uint32(env, count, &argument);
  if (napi_make_callback(env, sockets->context, receiver, callback, 1, &argument, NULL) == napi_pending_exception) {
    napi_value exception;
    napi_get_and_clear_last_exception(env, &exception);
    napi_fatal_exception(env, exception);
  }
  napi_close_handle_scope(env, scope);
}

// The pause that TypeScript wants: never longer than until the loop's next timer.
static struct pause next_pause(struct worker_sockets *sockets) {
  const uint32_t *wanted = sockets->engine.pause;
  if (!sockets->engine.back_end->can_watch_loop && wanted[1] == 0) {
    return (struct pause){0};
  }
  int until_timer_ms = uv_backend_timeout(sockets->loop);
  bool is_soon = until_timer_ms >= 0 && until_timer_ms < PAUSE_MS_MAX;
  uint32_t us = (is_soon ? (uint32_t)until_timer_ms : PAUSE_MS_MAX) * 1000;
  return (struct pause){wanted[0], wanted[1] > 0 && wanted[1] < us ? wanted[1] : us};
}

// Whether the event loop should have its turn, `since_ns` after the latest.
static bool is_loop_due(const struct worker_sockets *sockets, uint64_t since_ns) {
  const struct engine *engine = &sockets->engine;
  uint64_t hold_us = engine->is_loop_watched ? HOLD_US_MAX : BLIND_HOLD_US_MAX;
  // A timeout of 0: a timer is due, an immediate waits, a descriptor is to be asked about, or something is closing.
  return engine->is_loop_ready || uv_backend_timeout(sockets->loop) == 0 || since_ns > hold_us * 1000;
}

static void handle_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct worker_sockets *sockets = poll->data;
  struct engine *engine = &sockets->engine;
  uint64_t begin_ns = uv_hrtime();
  struct pause pause = {0};
  for (;;) {
    uint32_t count = engine->back_end->receive(engine, pause);
    // The loop has just had its turn.
    engine->is_loop_ready = engine->is_loop_ready && pause.datagrams > 0;
    if (count > 0 || engine->errors[0] > 0) {
      call_on_ready(sockets, count);
    }
    if (sockets->is_stopped) {
      return;
    }
    // Also when nothing was received: what ended without a datagram has to begin anew.
    engine->back_end->release(engine);
    uv_update_time(sockets->loop);
    if (is_loop_due(sockets, uv_hrtime() - begin_ns)) {
      engine->back_end->yield(engine);
      return;
    }
    // A pause in which nothing came is not repeated.
    pause = count > 0 ? next_pause(sockets) : (struct pause){0};
    if (pause.datagrams == 0 && engine->back_end->rest(engine)) {
      return;
    }
  }
}

static void free_sockets(struct worker_sockets *sockets) {
  if (sockets->cleanup != NULL) {
    napi_remove_async_cleanup_hook(sockets->cleanup);
  }
  free(sockets->engine.sockets);
  free(sockets);
}

static void handle_poll_closed(uv_handle_t *handle) {
  free_sockets(handle->data);
}

static void stop_sockets(struct worker_sockets *sockets) {
  if (sockets->is_stopped) {
    return;
  }
  sockets->is_stopped = true;
  struct engine *engine = &sockets->engine;
  uv_poll_stop(&sockets->poll);
  napi_delete_reference(sockets->env, sockets->on_ready);
  napi_delete_reference(sockets->env, sockets->config);
  napi_async_destroy(sockets->env, sockets->context);
  for (uint32_t token = 0; token < SOCKETS_MAX; token++) {
    engine_close(engine, token);
  }
  engine->back_end->settle_closed(engine);
  engine->back_end->stop(engine);
  uv_close((uv_handle_t *)&sockets->poll, handle_poll_closed);
}

// The thread ends, perhaps in the middle of everything.
static void handle_env_ending(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  struct worker_sockets *sockets = data;
  stop_sockets(sockets);
}

// The engine of a method's call, and its numeric arguments; NULL after it threw.
static struct worker_sockets *read_call(napi_env env, napi_callback_info info, uint32_t *numbers, size_t wanted) {
  napi_value arguments[2];
  size_t count = 2;
  void *data;
  napi_get_cb_info(env, info, &count, arguments, NULL, &data);
  struct worker_sockets *sockets = *(struct worker_sockets **)data;
  if (sockets == NULL || sockets->is_stopped) {
    throw_error(env, 0, "these sockets are stopped");
    return NULL;
  }
  for (size_t index = 0; index < wanted; index++) {
    if (index >= count || napi_get_value_uint32(env, arguments[index], &numbers[index]) != napi_ok) {
      throw_error(env, 0, "a number is expected");
      return NULL;
    }
  }
  return sockets;
}

static napi_value to_number(napi_env env, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  return value;
}

// open(token, flags): the address is in `row`. Answers 0, or a negative error number of the system.
static napi_value open_method(napi_env env, napi_callback_info info) {
  uint32_t numbers[2];
  struct worker_sockets *sockets = read_call(env, info, numbers, 2);
  if (sockets == NULL) {
    return NULL;
  }
  if (numbers[0] >= SOCKETS_MAX || sockets->engine.sockets[numbers[0]].fd >= 0) {
    throw_error(env, 0, "the token is out of range or in use");
    return NULL;
  }
  return to_number(env, -engine_open(&sockets->engine, numbers[0], sockets->row, numbers[1]));
}

// close(token)
static napi_value close_method(napi_env env, napi_callback_info info) {
  uint32_t token;
  struct worker_sockets *sockets = read_call(env, info, &token, 1);
  if (sockets != NULL && token < SOCKETS_MAX) {
    engine_close(&sockets->engine, token);
  }
  return NULL;
}

// send(count): the first rows of the queue. Answers how many datagrams were dropped at sending, since the start.
static napi_value send_method(napi_env env, napi_callback_info info) {
  uint32_t count;
  struct worker_sockets *sockets = read_call(env, info, &count, 1);
  if (sockets == NULL) {
    return NULL;
  }
  if (count > QUEUE_MAX) {
    throw_error(env, 0, "the queue is shorter than that");
    return NULL;
  }
  sockets->engine.back_end->send(&sockets->engine, count);
  return to_number(env, (double)sockets->engine.send_drops);
}

static napi_value stop_method(napi_env env, napi_callback_info info) {
  void *data;
  napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
  struct worker_sockets **holder = data;
  if (*holder != NULL) {
    stop_sockets(*holder);
    *holder = NULL;
  }
  return NULL;
}

// The memory of the typed array that is the configuration's `name`; NULL when it is none, or too short.
static void *read_array(napi_env env, napi_value config, const char *name, napi_typedarray_type type, size_t length) {
  napi_value value;
  napi_typedarray_type found_type;
  size_t found_length;
  void *data;
  bool is_array = false;
  napi_get_named_property(env, config, name, &value);
  napi_is_typedarray(env, value, &is_array);
  if (!is_array ||
      napi_get_typedarray_info(env, value, &found_type, &found_length, &data, NULL, NULL) != napi_ok ||
      found_type != type || found_length < length) {
    return NULL;
  }
  return data;
}

static uint32_t read_number(napi_env env, napi_value config, const char *name) {
  napi_value value;
  uint32_t number = 0;
  napi_get_named_property(env, config, name, &value);
  napi_get_value_uint32(env, value, &number);
  return number;
}

// Fills in the engine from the configuration; false when that does not fit what this was compiled for.
static bool read_config(napi_env env, napi_value config, struct worker_sockets *sockets) {
  struct engine *engine = &sockets->engine;
  engine->back_end = read_number(env, config, "isUring") ? &uring_back_end : &mmsg_back_end;
  engine->has_segmentation = true;
  engine->buffer_count = read_number(env, config, "bufferCount");
  engine->receive_buffer_bytes = read_number(env, config, "receiveBufferBytes");
  bool is_power_of_two = (engine->buffer_count & (engine->buffer_count - 1)) == 0;
  if (engine->buffer_count < BATCH_MAX || engine->buffer_count > 32768 || !is_power_of_two) {
    return false;
  }
  size_t slab_bytes = (size_t)engine->buffer_count * BUFFER_BYTES;
  engine->slab = read_array(env, config, "slab", napi_uint8_array, slab_bytes);
  engine->batch.sockets = read_array(env, config, "sockets", napi_uint32_array, BATCH_MAX);
  engine->batch.offsets = read_array(env, config, "offsets", napi_uint32_array, BATCH_MAX);
  engine->batch.lengths = read_array(env, config, "lengths", napi_uint32_array, BATCH_MAX);
  engine->batch.traffic_classes = read_array(env, config, "trafficClasses", napi_uint8_array, BATCH_MAX);
  engine->batch.from = read_array(env, config, "from", napi_uint32_array, BATCH_MAX * ADDRESS_WORDS);
  engine->queue = read_array(env, config, "queue", napi_uint32_array, QUEUE_MAX * QUEUE_WORDS);
  engine->errors = read_array(env, config, "errors", napi_uint32_array, 1 + ERRORS_MAX * ERROR_WORDS);
  engine->pause = read_array(env, config, "pause", napi_uint32_array, 2);
  sockets->row = read_array(env, config, "row", napi_uint32_array, ADDRESS_WORDS);
  const struct batch *batch = &engine->batch;
  return engine->slab && batch->sockets && batch->offsets && batch->lengths && batch->traffic_classes && batch->from &&
         engine->queue && engine->errors && engine->pause && sockets->row;
}

static void forget_holder(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

static napi_value make_object(napi_env env, struct worker_sockets *sockets) {
  // The methods may outlive the engine: they find it through this.
  struct worker_sockets **holder = malloc(sizeof *holder);
  *holder = sockets;
  const napi_property_descriptor methods[] = {
      {"open", NULL, open_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"close", NULL, close_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"send", NULL, send_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"stop", NULL, stop_method, NULL, NULL, NULL, napi_enumerable, holder},
  };
  napi_value object;
  napi_create_object(env, &object);
  napi_define_properties(env, object, sizeof methods / sizeof *methods, methods);
  napi_add_finalizer(env, object, holder, forget_holder, NULL, NULL);
  return object;
}

// Enters the event loop. Answers 0, or an error number of the system.
static int watch_sockets(struct worker_sockets *sockets) {
  napi_get_uv_event_loop(sockets->env, &sockets->loop);
  sockets->engine.loop_fd = uv_backend_fd(sockets->loop);
  sockets->poll.data = sockets;
  int failure = uv_poll_init(sockets->loop, &sockets->poll, sockets->engine.poll_fd);
  if (failure == 0) {
    uv_poll_start(&sockets->poll, UV_READABLE, handle_readable);
  }
  return -failure;
}

static void attach(napi_env env, napi_value config, struct worker_sockets *sockets) {
  napi_value callback, name;
  napi_get_named_property(env, config, "onReady", &callback);
  napi_create_reference(env, config, 1, &sockets->config);
  napi_create_reference(env, callback, 1, &sockets->on_ready);
  napi_create_string_utf8(env, "taciturn:datagrams", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &sockets->context);
  napi_add_async_cleanup_hook(env, handle_env_ending, sockets, &sockets->cleanup);
}

static struct worker_sockets *make_sockets(napi_env env) {
  struct worker_sockets *sockets = calloc(1, sizeof *sockets);
  struct datagram_socket *entries = malloc(SOCKETS_MAX * sizeof *entries);
  if (sockets == NULL || entries == NULL) {
    free(sockets);
    free(entries);
    return NULL;
  }
  sockets->env = env;
  sockets->engine.sockets = entries;
  for (uint32_t token = 0; token < SOCKETS_MAX; token++) {
    entries[token] = (struct datagram_socket){.fd = -1};
  }
  return sockets;
}

// createEngine(config). Throws an error with the system's code when the back end is not to be had.
static napi_value create_engine(napi_env env, napi_callback_info info) {
  napi_value config;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &config, NULL, NULL);
  struct worker_sockets *sockets = make_sockets(env);
  if (sockets == NULL) {
    throw_error(env, ENOMEM, uv_strerror(-ENOMEM));
    return NULL;
  }
  if (!read_config(env, config, sockets)) {
    throw_error(env, 0, "the configuration does not fit the addon");
    free_sockets(sockets);
    return NULL;
  }
  int error = sockets->engine.back_end->start(&sockets->engine);
  if (error == 0) {
    error = watch_sockets(sockets);
    if (error != 0) {
      sockets->engine.back_end->stop(&sockets->engine);
    }
  }
  if (error != 0) {
    throw_error(env, error, uv_strerror(-error));
    free_sockets(sockets);
    return NULL;
  }
  attach(env, config, sockets);
  return make_object(env, sockets);
}

NAPI_MODULE_INIT() {
  napi_value create;
  napi_create_function(env, "createEngine", NAPI_AUTO_LENGTH, create_engine, NULL, &create);
  napi_set_named_property(env, exports, "createEngine", create);
  return exports;
}
