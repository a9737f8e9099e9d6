{
  "targets": [
    {
      "target_name": "taciturn_datagram",
      "conditions": [
        [
          "OS == 'linux'",
          {
            "sources": [
              "src/addon.c",
              "src/buffer-ring.c",
              "src/engine-config.c",
              "src/engine.c",
              "src/mmsg-back-end.c",
              "src/node-values.c",
              "src/send-plan.c",
              "src/uring-back-end.c",
              "src/uring-sends.c",
              "src/uring.c",
            ],
            "defines": ["_GNU_SOURCE", "NAPI_VERSION=8"],
            "cflags_c": ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror=implicit", "-fvisibility=hidden"],
          },
          {"type": "none"},
        ]
      ],
    }
  ]
}
