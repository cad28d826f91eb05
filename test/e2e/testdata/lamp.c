/* lamp: a row of lamps out of liblinphone, whose own console cannot subscribe to a line. It is started with the settings
   file of a linphonec and then reads lines "EVENT ADDRESS SECONDS"; a line "off" ends all subscriptions. It writes a line
   for each change of a subscription and for each document that comes.

   The library's headers are not needed: all its types are opaque, and what is used of them stands here. */

#include <poll.h>
#include <stdio.h>
#include <string.h>

typedef struct Core Core;
typedef struct Factory Factory;
typedef struct Callbacks Callbacks;
typedef struct Event Event;
typedef struct Address Address;
typedef struct Content Content;

Factory *linphone_factory_get(void);
Core *linphone_factory_create_core_3(Factory *, const char *config, const char *defaults, void *system);
Callbacks *linphone_factory_create_core_cbs(Factory *);
Address *linphone_factory_create_address(Factory *, const char *);
void linphone_core_cbs_set_notify_received(Callbacks *, void (*)(Core *, Event *, const char *, const Content *));
void linphone_core_cbs_set_subscription_state_changed(Callbacks *, void (*)(Core *, Event *, int));
void linphone_core_add_callbacks(Core *, Callbacks *);
int linphone_core_start(Core *);
void linphone_core_stop(Core *);
void linphone_core_iterate(Core *);
Event *linphone_core_create_subscribe(Core *, const Address *, const char *event, int expires);
int linphone_event_send_subscribe(Event *, const Content *);
void linphone_event_terminate(Event *);
const char *linphone_event_get_name(const Event *);
const char *linphone_subscription_state_to_string(int);
const char *linphone_content_get_utf8_text(const Content *);

static void notified(Core *core, Event *event, const char *name, const Content *content) {
  const char *text = content ? linphone_content_get_utf8_text(content) : NULL;
  (void)core, (void)event;
  printf("document %s ", name);
  for (; text && *text; text++) putchar(*text == '\n' || *text == '\r' ? ' ' : *text);
  putchar('\n');
}

static void changed(Core *core, Event *event, int state) {
  (void)core;
  printf("subscription %s %s\n", linphone_event_get_name(event), linphone_subscription_state_to_string(state));
}

int main(int argc, char **argv) {
  enum { most = 16, tick_ms = 20 };
  Event *events[most];
  int n = 0;
  if (argc != 2) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  setvbuf(stdin, NULL, _IONBF, 0); /* what poll does not see must not wait in a buffer */
  Factory *factory = linphone_factory_get();
  Core *core = linphone_factory_create_core_3(factory, argv[1], NULL, NULL);
  Callbacks *callbacks = linphone_factory_create_core_cbs(factory);
  linphone_core_cbs_set_notify_received(callbacks, notified);
  linphone_core_cbs_set_subscription_state_changed(callbacks, changed);
  linphone_core_add_callbacks(core, callbacks);
  linphone_core_start(core);
  for (;;) {
    struct pollfd in = {.fd = 0, .events = POLLIN};
    linphone_core_iterate(core);
    if (poll(&in, 1, tick_ms) < 1) continue;
    char line[256], event[64], address[128];
    int seconds;
    if (!fgets(line, sizeof line, stdin)) break;
    if (strcmp(line, "off\n") == 0) {
      while (n > 0) linphone_event_terminate(events[--n]);
    } else if (n < most && sscanf(line, "%63s %127s %d", event, address, &seconds) == 3) {
      events[n] = linphone_core_create_subscribe(core, linphone_factory_create_address(factory, address), event, seconds);
      linphone_event_send_subscribe(events[n++], NULL);
    }
  }
  linphone_core_stop(core);
  return 0;
}
