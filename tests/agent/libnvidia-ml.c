/* A stand-in for libnvidia-ml.so.1, at the C boundary: the structures and codes are those of NVML's documentation, so
 * nvidia-ml-py is exercised as it is. What the machine looks like is read from a file that the test writes (machine.py
 * has the same structures): TENURE_NVML_STANDIN names it. Loads are square waves over time, and each call answers as a
 * driver that samples every sixth of a second would at the time the file says, or now if it says 0. */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { OK = 0, UNINITIALIZED = 1, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, NOT_LOADED = 9, LOST = 15 };
#define PERIOD (1.0 / 6)
#define BUFFER 100 /* samples that the driver keeps */
#define STEPS 60   /* points in one average */

typedef struct { double percent, period, busy; } load_t; /* percent for the first `busy` of every `period` seconds */
typedef struct { uint64_t bytes; load_t load; uint32_t pid, unused; } process_t;
typedef struct { uint64_t used, free; load_t engine, dram; uint32_t id, unused; char uuid[64], profile[16]; } instance_t;
typedef struct {
  uint64_t used, free;
  load_t copy;
  uint32_t milliwatts, minor, lost, mig, gpm, keeps_samples, tells_processes, wild;
  uint32_t mps, unused, processes, instances;
  char uuid[64], name[64], bus[32];
  process_t process[4];
  instance_t instance[4];
} card_t;
typedef struct { double now; uint32_t loaded, cards; char driver[32]; card_t card[4]; } machine_t;

static machine_t *machine;

static double now(void) {
  if (machine->now) return machine->now;
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double at(const load_t *l, double t) { return !l->period || fmod(t, l->period) < l->busy ? l->percent : 0; }

static double mean(const load_t *l, uint32_t several, size_t stride, double from, double to) {
  double total = 0;
  for (int i = 0; i < STEPS; i++) {
    double sum = 0, t = from + (to - from) * (i + 0.5) / STEPS;
    for (uint32_t n = 0; n < several; n++) sum += at((const load_t *)((const char *)l + n * stride), t);
    total += fmin(sum, 100);
  }
  return total / STEPS;
}

static double busy(const card_t *c, double from, double to) {
  return mean(&c->process[0].load, c->processes, sizeof(process_t), from, to);
}

/* A handle is 1000 * (card + 1), and of a MIG device one more than its place besides. */
static card_t *card_of(void *h) { return &machine->card[(uintptr_t)h / 1000 - 1]; }
static instance_t *instance_of(void *h) {
  uintptr_t place = (uintptr_t)h % 1000;
  return place ? &card_of(h)->instance[place - 1] : NULL;
}
#define ALIVE(h) do { if (!machine || !machine->loaded) return UNINITIALIZED; if (card_of(h)->lost) return LOST; } while (0)

int nvmlInitWithFlags(unsigned flags) {
  (void)flags;
  if (machine) munmap(machine, sizeof *machine);
  machine = NULL;
  const char *path = getenv("TENURE_NVML_STANDIN");
  int file = path ? open(path, O_RDONLY) : -1;
  if (file < 0) return NOT_LOADED;
  machine = mmap(NULL, sizeof *machine, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return machine->loaded ? OK : NOT_LOADED;
}
int nvmlShutdown(void) { return OK; }
const char *nvmlErrorString(int code) { (void)code; return "an error of the stand-in"; }
int nvmlSystemGetDriverVersion(char *text, unsigned n) { strncpy(text, machine->driver, n); return OK; }
int nvmlDeviceGetCount_v2(unsigned *n) {
  if (!machine || !machine->loaded) return UNINITIALIZED;
  *n = machine->cards;
  return OK;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **h) { *h = (void *)(1000ul * (i + 1)); ALIVE(*h); return OK; }
int nvmlDeviceGetUUID(void *h, char *text, unsigned n) {
  ALIVE(h);
  strncpy(text, instance_of(h) ? instance_of(h)->uuid : card_of(h)->uuid, n);
  return OK;
}
int nvmlDeviceGetName(void *h, char *text, unsigned n) {
  ALIVE(h);
  strncpy(text, card_of(h)->name, n);
  if (instance_of(h)) { strcat(text, " MIG "); strcat(text, instance_of(h)->profile); }
  return OK;
}
int nvmlDeviceGetMinorNumber(void *h, unsigned *minor) { ALIVE(h); *minor = card_of(h)->minor; return OK; }

typedef struct { char legacy[16]; unsigned domain, bus, device, id, sub; char bus_id[32]; } pci_t;
int nvmlDeviceGetPciInfo_v3(void *h, pci_t *pci) { ALIVE(h); strcpy(pci->bus_id, card_of(h)->bus); return OK; }

int nvmlDeviceGetMigMode(void *h, unsigned *current, unsigned *pending) {
  ALIVE(h);
  if (!card_of(h)->mig && !card_of(h)->gpm) return NOT_SUPPORTED; /* a card from before Ampere */
  *current = *pending = card_of(h)->mig;
  return OK;
}
int nvmlDeviceGetMaxMigDeviceCount(void *h, unsigned *n) { ALIVE(h); *n = 7; return OK; }
int nvmlDeviceGetMigDeviceHandleByIndex(void *h, unsigned i, void **mig) {
  ALIVE(h);
  if (i >= card_of(h)->instances) return NOT_FOUND;
  *mig = (char *)h + i + 1;
  return OK;
}
int nvmlDeviceGetGpuInstanceId(void *h, unsigned *id) { ALIVE(h); *id = instance_of(h)->id; return OK; }

typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory_t;
int nvmlDeviceGetMemoryInfo_v2(void *h, memory_t *m) {
  ALIVE(h);
  m->used = instance_of(h) ? instance_of(h)->used : card_of(h)->used;
  m->free = instance_of(h) ? instance_of(h)->free : card_of(h)->free;
  m->reserved = 512ull << 20;
  m->total = m->used + m->free + m->reserved;
  return OK;
}
int nvmlDeviceGetPowerUsage(void *h, unsigned *milliwatts) { ALIVE(h); *milliwatts = card_of(h)->milliwatts; return OK; }

typedef struct { unsigned gpu, memory; } rates_t;
int nvmlDeviceGetUtilizationRates(void *h, rates_t *r) {
  ALIVE(h);
  if (card_of(h)->mig) return NOT_SUPPORTED;
  double newest = floor(now() / PERIOD) * PERIOD;
  r->gpu = lround(busy(card_of(h), newest - PERIOD, newest));
  r->memory = lround(mean(&card_of(h)->copy, 1, 0, newest - PERIOD, newest));
  return OK;
}

typedef struct { unsigned long long stamp; union { double d; unsigned u; unsigned long long l; } value; } sample_t;
int nvmlDeviceGetSamples(void *h, unsigned kind, unsigned long long since, int *type, unsigned *n, sample_t *samples) {
  ALIVE(h);
  if (card_of(h)->mig || !card_of(h)->keeps_samples) return NOT_SUPPORTED;
  *type = 1; /* unsigned int */
  if (!samples) { *n = BUFFER; return OK; }
  unsigned found = 0;
  double newest = floor(now() / PERIOD);
  for (int i = BUFFER - 1; i >= 0 && found < *n; i--) {
    double end = (newest - i) * PERIOD;
    unsigned long long stamp = llround(end * 1e6);
    if (stamp <= since) continue;
    double value = kind == 1 ? busy(card_of(h), end - PERIOD, end) : mean(&card_of(h)->copy, 1, 0, end - PERIOD, end);
    samples[found].stamp = stamp;
    samples[found++].value.u = lround(value);
  }
  *n = found;
  return found ? OK : NOT_FOUND;
}

typedef struct { unsigned pid; unsigned long long bytes; unsigned gi, ci; } running_t;
static int list_processes(void *h, unsigned *n, running_t *list, unsigned there) {
  ALIVE(h);
  unsigned room = *n;
  *n = there;
  if (!there) return OK;
  if (room < there) return INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < there; i++)
    list[i] = (running_t){card_of(h)->process[i].pid, card_of(h)->process[i].bytes, ~0u, ~0u};
  return OK;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void *h, unsigned *n, running_t *list) {
  return list_processes(h, n, list, card_of(h)->mps ? 0 : card_of(h)->processes);
}
int nvmlDeviceGetMPSComputeRunningProcesses_v3(void *h, unsigned *n, running_t *list) {
  return list_processes(h, n, list, card_of(h)->mps ? card_of(h)->processes : 0);
}

typedef struct { unsigned pid; unsigned long long stamp; unsigned sm, memory, encoder, decoder; } process_load_t;
int nvmlDeviceGetProcessUtilization(void *h, process_load_t *list, unsigned *n, unsigned long long since) {
  ALIVE(h);
  if (card_of(h)->mig || !card_of(h)->tells_processes) return NOT_SUPPORTED;
  if (!list) { *n = BUFFER; return INSUFFICIENT_SIZE; }
  unsigned found = 0;
  double newest = floor(now() / PERIOD) * PERIOD, from = fmax(since / 1e6, newest - BUFFER * PERIOD);
  for (unsigned i = 0; i < card_of(h)->processes && from < newest; i++) {
    process_t *p = &card_of(h)->process[i];
    double value = mean(&p->load, 1, 0, from, newest);
    if (value > 0) list[found++] = (process_load_t){p->pid, llround(newest * 1e6), lround(value), 0, 0, 0};
  }
  if (found && card_of(h)->wild) { /* unwritten entries, as drivers were seen to leave them */
    list[found++] = (process_load_t){card_of(h)->process[0].pid, llround(newest * 1e6), 37100, 0, 50583, 0};
    list[found++] = (process_load_t){card_of(h)->process[0].pid, ~0ull >> 1, 0, 0, 0, 0};
  }
  *n = found;
  return found ? OK : NOT_FOUND;
}

/* GPM: a sample remembers when and of what it was taken. */
typedef struct { double when; void *device; int instance; } gpm_sample_t;
typedef struct { unsigned version, supported; } gpm_support_t;
typedef struct { unsigned id; int result; double value; const char *names[3]; } gpm_metric_t;
typedef struct { unsigned version, n; gpm_sample_t *first, *second; gpm_metric_t metric[]; } gpm_question_t;
int nvmlGpmQueryDeviceSupport(void *h, gpm_support_t *s) { ALIVE(h); s->supported = card_of(h)->gpm; return OK; }
int nvmlGpmSampleAlloc(gpm_sample_t **s) { *s = calloc(1, sizeof **s); return OK; }
int nvmlGpmSampleFree(gpm_sample_t *s) { free(s); return OK; }
int nvmlGpmSampleGet(void *h, gpm_sample_t *s) { ALIVE(h); *s = (gpm_sample_t){now(), h, -1}; return OK; }
int nvmlGpmMigSampleGet(void *h, unsigned id, gpm_sample_t *s) { ALIVE(h); *s = (gpm_sample_t){now(), h, id}; return OK; }
int nvmlGpmMetricsGet(gpm_question_t *q) {
  double from = q->first->when, to = q->second->when;
  if (to - from < 0.1) return 2; /* the counters are refreshed every 100 ms */
  card_t *c = card_of(q->first->device);
  instance_t *mig = NULL;
  for (unsigned i = 0; i < c->instances; i++)
    if ((int)c->instance[i].id == q->first->instance) mig = &c->instance[i];
  for (unsigned i = 0; i < q->n; i++) {
    gpm_metric_t *m = &q->metric[i];
    m->result = m->id == 1 || m->id == 10 ? OK : NOT_SUPPORTED;
    if (m->id == 1) m->value = mig ? mean(&mig->engine, 1, 0, from, to) : busy(c, from, to);
    if (m->id == 10) m->value = mean(mig ? &mig->dram : &c->copy, 1, 0, from, to);
  }
  return OK;
}
