// The addon's face: `createEngine(config)` makes the sockets of one worker, on the worker's own event loop.
//
// TypeScript is called when a batch has been received, and calls `send` once per batch; all else goes through the
// typed arrays of the configuration, which stay referenced for as long as the engine lives.
#include <errno.h>
#include <node_api.h>
#include <stdlib.h>
#include <uv.h>

#include "engine-config.h"
#include "engine.h"
#include "node-values.h"

// The event loop has its turn after so long, whether or not it is known to have something to do; sooner where that is not
// known.
#define HOLD_US_MAX 10000
#define BLIND_HOLD_US_MAX 500
// So that a pause in microseconds fits its 32 bits, with or without a timer that would end it.
#define PAUSE_MS_MAX 1000000

struct worker_sockets {
  struct engine engine;
  napi_env env;
  napi_ref config;
  napi_ref on_ready;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  uv_loop_t *loop;
  uv_poll_t poll;
  bool is_in_loop;
  bool is_stopped;
};

// Whether TypeScript was told about `count` datagrams and about errors; false after it threw, or a call of Node-API did.
static bool try_on_ready(struct worker_sockets *sockets, uint32_t count) {
  napi_env env = sockets->env;
  napi_value receiver, callback, argument;
  return SUCCEEDS(env, napi_get_reference_value(env, sockets->config, &receiver)) &&
         SUCCEEDS(env, napi_get_reference_value(env, sockets->on_ready, &callback)) &&
         SUCCEEDS(env, napi_create_uint32(env, count, &argument)) &&
         SUCCEEDS(env, napi_make_callback(env, sockets->context, receiver, callback, 1, &argument, NULL));
}

// Nobody has called who could catch what was thrown: it is the process's. In a thread that is being ended,
// nothing is thrown.
static void raise_thrown(napi_env env) {
  bool is_thrown = false;
  napi_value thrown;
  if (napi_is_exception_pending(env, &is_thrown) == napi_ok && is_thrown &&
      napi_get_and_clear_last_exception(env, &thrown) == napi_ok) {
    SUCCEEDS(env, napi_fatal_exception(env, thrown));
  }
}

static void call_on_ready(struct worker_sockets *sockets, uint32_t count) {
  napi_env env = sockets->env;
  napi_handle_scope scope;
  if (!SUCCEEDS(env, napi_open_handle_scope(env, &scope))) {
    return;
  }
  if (!try_on_ready(sockets, count)) {
    raise_thrown(env);
  }
  SUCCEEDS(env, napi_close_handle_scope(env, scope));
}

// The pause that TypeScript wants: never longer than until the loop's next timer.
static struct pause next_pause(struct worker_sockets *sockets) {
  const uint32_t *wanted = sockets->engine.pause;
  if (!sockets->engine.back_end->can_watch_loop && wanted[PAUSE_US] == 0) {
    return (struct pause){0};
  }
  int until_timer_ms = uv_backend_timeout(sockets->loop);
  bool is_soon = until_timer_ms >= 0 && until_timer_ms < PAUSE_MS_MAX;
  uint32_t us = (is_soon ? (uint32_t)until_timer_ms : PAUSE_MS_MAX) * 1000;
  return (struct pause){wanted[PAUSE_DATAGRAMS], wanted[PAUSE_US] > 0 && wanted[PAUSE_US] < us ? wanted[PAUSE_US] : us};
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
    // Fails only where there is no hook.
    (void)napi_remove_async_cleanup_hook(sockets->cleanup);
  }
  free(sockets->engine.sockets);
  free(sockets);
}

static void handle_poll_closed(uv_handle_t *handle) {
  free_sockets(handle->data);
}

static void release_references(struct worker_sockets *sockets) {
  napi_env env = sockets->env;
  if (sockets->on_ready != NULL) {
    SUCCEEDS(env, napi_delete_reference(env, sockets->on_ready));
  }
  if (sockets->config != NULL) {
    SUCCEEDS(env, napi_delete_reference(env, sockets->config));
  }
  if (sockets->context != NULL) {
    SUCCEEDS(env, napi_async_destroy(env, sockets->context));
  }
}

static void stop_engine(struct engine *engine) {
  for (uint32_t token = 0; token < SOCKETS_MAX; token++) {
    engine_close(engine, token);
  }
  engine->back_end->settle_closed(engine);
  engine->back_end->stop(engine);
}

// Lets go of everything, as far as it was made.
static void stop_sockets(struct worker_sockets *sockets) {
  if (sockets->is_stopped) {
    return;
  }
  sockets->is_stopped = true;
  if (sockets->is_in_loop) {
    uv_poll_stop(&sockets->poll);
  }
  if (sockets->engine.state != NULL) {
    stop_engine(&sockets->engine);
  }
  release_references(sockets);
  if (sockets->is_in_loop) {
    uv_close((uv_handle_t *)&sockets->poll, handle_poll_closed);
  } else {
    free_sockets(sockets);
  }
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
  if (!SUCCEEDS(env, napi_get_cb_info(env, info, &count, arguments, NULL, &data))) {
    return NULL;
  }
  struct worker_sockets *sockets = *(struct worker_sockets **)data;
  if (sockets == NULL || sockets->is_stopped) {
    throw_error(env, 0, "these sockets are stopped");
    return NULL;
  }
  // What is missing is undefined, and not read as a number.
  for (size_t index = 0; index < wanted; index++) {
    if (!read_number(env, arguments[index], &numbers[index])) {
      return NULL;
    }
  }
  return sockets;
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
  return make_number(env, -engine_open(&sockets->engine, numbers[0], sockets->engine.row, numbers[1]));
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
  return make_number(env, (double)sockets->engine.send_drops);
}

static napi_value stop_method(napi_env env, napi_callback_info info) {
  void *data;
  if (!SUCCEEDS(env, napi_get_cb_info(env, info, NULL, NULL, NULL, &data))) {
    return NULL;
  }
  struct worker_sockets **holder = data;
  if (*holder != NULL) {
    stop_sockets(*holder);
    *holder = NULL;
  }
  return NULL;
}

static void forget_holder(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

static napi_value make_object(napi_env env, struct worker_sockets *sockets) {
  // The methods may outlive the engine: they find it through this.
  struct worker_sockets **holder = malloc(sizeof *holder);
  if (holder == NULL) {
    throw_error(env, ENOMEM, uv_strerror(-ENOMEM));
    return NULL;
  }
  *holder = sockets;
  const napi_property_descriptor methods[] = {
      {"open", NULL, open_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"close", NULL, close_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"send", NULL, send_method, NULL, NULL, NULL, napi_enumerable, holder},
      {"stop", NULL, stop_method, NULL, NULL, NULL, napi_enumerable, holder},
  };
  napi_value object;
  if (SUCCEEDS(env, napi_create_object(env, &object)) &&
      SUCCEEDS(env, napi_define_properties(env, object, sizeof methods / sizeof *methods, methods)) &&
      SUCCEEDS(env, napi_add_finalizer(env, object, holder, forget_holder, NULL, NULL))) {
    return object;
  }
  free(holder);
  return NULL;
}

// Enters the event loop. Answers 0, or an error number of the system.
static int watch_sockets(struct worker_sockets *sockets) {
  sockets->engine.loop_fd = uv_backend_fd(sockets->loop);
  sockets->poll.data = sockets;
  int failure = uv_poll_init(sockets->loop, &sockets->poll, sockets->engine.poll_fd);
  if (failure == 0) {
    sockets->is_in_loop = true;
    failure = uv_poll_start(&sockets->poll, UV_READABLE, handle_readable);
  }
  return -failure;
}

// Takes hold of what the engine needs of JavaScript; false after it threw.
static bool attach(napi_env env, napi_value config, struct worker_sockets *sockets) {
  napi_value callback, name;
  return SUCCEEDS(env, napi_get_uv_event_loop(env, &sockets->loop)) &&
         SUCCEEDS(env, napi_get_named_property(env, config, "onReady", &callback)) &&
         SUCCEEDS(env, napi_create_reference(env, config, 1, &sockets->config)) &&
         SUCCEEDS(env, napi_create_reference(env, callback, 1, &sockets->on_ready)) &&
         SUCCEEDS(env, napi_create_string_utf8(env, "taciturn:datagrams", NAPI_AUTO_LENGTH, &name)) &&
         SUCCEEDS(env, napi_async_init(env, NULL, name, &sockets->context)) &&
         SUCCEEDS(env, napi_add_async_cleanup_hook(env, handle_env_ending, sockets, &sockets->cleanup));
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

// Answers false after it threw.
static bool start_sockets(napi_env env, struct worker_sockets *sockets) {
  int error = sockets->engine.back_end->start(&sockets->engine);
  if (error == 0) {
    error = watch_sockets(sockets);
  }
  if (error != 0) {
    throw_error(env, error, uv_strerror(-error));
  }
  return error == 0;
}

// createEngine(config). Throws an error with the system's code when the back end is not to be had.
static napi_value create_engine(napi_env env, napi_callback_info info) {
  napi_value config;
  size_t count = 1;
  if (!SUCCEEDS(env, napi_get_cb_info(env, info, &count, &config, NULL, NULL))) {
    return NULL;
  }
  struct worker_sockets *sockets = make_sockets(env);
  if (sockets == NULL) {
    throw_error(env, ENOMEM, uv_strerror(-ENOMEM));
    return NULL;
  }
  if (read_config(env, config, &sockets->engine) && attach(env, config, sockets)) {
    // Before the sockets are started, so that nothing can fail once they are.
    napi_value object = make_object(env, sockets);
    if (object != NULL && start_sockets(env, sockets)) {
      return object;
    }
  }
  stop_sockets(sockets);
  return NULL;
}

NAPI_MODULE_INIT() {
  const char *name = "createEngine";
  napi_value create;
  napi_value layout = make_layout(env);
  bool is_made = layout != NULL && SUCCEEDS(env, napi_set_named_property(env, exports, "layout", layout)) &&
                 SUCCEEDS(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, create_engine, NULL, &create)) &&
                 SUCCEEDS(env, napi_set_named_property(env, exports, name, create));
  return is_made ? exports : NULL;
}
