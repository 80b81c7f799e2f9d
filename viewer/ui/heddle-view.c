/* heddle view [RECORDING]: opens the window on a recording, or on the start page. */
#include "application.h"

int main(int argument_count, char **arguments) { return hd_application_run(argument_count, arguments); }
