// The yardstick of the event queue: std::priority_queue with the same order of keys, in the hold model.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A queue and the xoshiro256** stream that drives it.
typedef struct cpq_hold_model cpq_hold_model;

/// A queue filled with `pending` events at random times; `state` is four words of generator state.
cpq_hold_model *cpq_hold_create(const uint64_t state[4], uint64_t pending);

/// `count` times: pop the first event, schedule one a random time later. Returns a checksum of the order of pops.
uint64_t cpq_hold_run(cpq_hold_model *model, uint64_t count);

void cpq_hold_destroy(cpq_hold_model *model);

#ifdef __cplusplus
}
#endif
