#include "CPriorityQueue.h"

#include <queue>
#include <vector>

namespace {

/// What a C++ simulator would queue: the key (time, phase and sequence) with its payload.
struct Event {
    int64_t time;
    uint64_t order;
    uint64_t payload;
};

struct Later {
    bool operator()(const Event &a, const Event &b) const {
        return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
};

uint64_t rotl(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

}  // namespace

struct cpq_hold_model {
    std::priority_queue<Event, std::vector<Event>, Later> queue;
    uint64_t s[4];
    uint64_t sequence = 0;

    uint64_t next() {
        uint64_t result = rotl(s[1] * 5, 7) * 9;
        uint64_t t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotl(s[3], 45);
        return result;
    }

    /// One draw decides everything: 30 bits of delay in nanoseconds, two bits of phase, the payload.
    void schedule_after(int64_t now) {
        uint64_t draw = next();
        uint64_t phase = draw & 3;
        queue.push({now + (int64_t)(draw >> 34), phase << 56 | sequence, draw});
        sequence++;
    }
};

cpq_hold_model *cpq_hold_create(const uint64_t state[4], uint64_t pending) {
    auto *model = new cpq_hold_model;
    for (int i = 0; i < 4; i++) model->s[i] = state[i];
    for (uint64_t i = 0; i < pending; i++) model->schedule_after(0);
    return model;
}

uint64_t cpq_hold_run(cpq_hold_model *model, uint64_t count) {
    uint64_t checksum = 0;
    for (uint64_t i = 0; i < count; i++) {
        Event event = model->queue.top();
        model->queue.pop();
        checksum = rotl(checksum, 1) ^ (uint64_t)event.time ^ event.payload;
        model->schedule_after(event.time);
    }
    return checksum;
}

void cpq_hold_destroy(cpq_hold_model *model) { delete model; }
