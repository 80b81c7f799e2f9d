#include "options.h"
#include "message.h"
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: heddle record [-o DIR] [--max-size BYTES[K|M|G]] [--min-free PERCENT] [--no-schedule] -- PROGRAM [ARG...]\n"
    "\n"
    "Runs PROGRAM and records what its threads and processes do to each other. Ends with PROGRAM's own exit status.\n"
    "  -o DIR               the recording's folder, which must not exist (default ./PROGRAM-N.heddle)\n"
    "  --max-size BYTES     stop recording when it has grown so large; PROGRAM goes on\n"
    "  --min-free PERCENT   stop recording when the disk has less left (default 10)\n"
    "  --no-schedule        do not record which thread was on which CPU\n";

static bool parse_size(const char *text, uint64_t *bytes) {
  char *end;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  unsigned shift = *end == 'K' || *end == 'k' ? 10 : *end == 'M' || *end == 'm' ? 20 : *end == 'G' || *end == 'g' ? 30 : 0;
  if (errno || end == text || *text == '-' || end[shift != 0] || number == 0 || number > UINT64_MAX >> shift) return false;
  *bytes = (uint64_t)number << shift;
  return true;
}

int options_parse(struct options *options, int argument_count, char **arguments) {
  enum { MAX_SIZE = 256, MIN_FREE, NO_SCHEDULE, HELP, VERSION };
  static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                               {"max-size", required_argument, NULL, MAX_SIZE},
                                               {"min-free", required_argument, NULL, MIN_FREE},
                                               {"no-schedule", no_argument, NULL, NO_SCHEDULE},
                                               {"help", no_argument, NULL, HELP},
                                               {"version", no_argument, NULL, VERSION},
                                               {NULL, 0, NULL, 0}};
  *options = (struct options){.schedule = true, .min_free_percent = 10};
  opterr = 0;
  for (int option; (option = getopt_long(argument_count, arguments, "+:o:h", long_options, NULL)) != -1;) {
    uint64_t percent;
    switch (option) {
    case 'o':
      options->output = optarg;
      break;
    case MAX_SIZE:
      if (parse_size(optarg, &options->max_size_bytes)) break;
      say("--max-size %s: wanted is a number of bytes, with K, M or G if you like", optarg);
      return 2;
    case MIN_FREE:
      percent = 0;
      if (strcmp(optarg, "0") == 0 || (parse_size(optarg, &percent) && percent < 100)) {
        options->min_free_percent = (unsigned)percent;
        break;
      }
      say("--min-free %s: wanted is a number of percent from 0 to 99", optarg);
      return 2;
    case NO_SCHEDULE:
      options->schedule = false;
      break;
    case 'h':
    case HELP:
      fputs(usage, stdout);
      return -1;
    case VERSION:
      puts("heddle " HEDDLE_VERSION);
      return -1;
    case ':':
      say("%s wants a value (heddle record --help)", arguments[optind - 1]);
      return 2;
    default:
      say("unknown option %s (heddle record --help)", arguments[optind - 1]);
      return 2;
    }
  }
  if (optind >= argument_count || !*arguments[optind]) {
    say("which program? (heddle record --help)");
    return 2;
  }
  options->program = arguments + optind;
  return 0;
}
