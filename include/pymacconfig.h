/* pymacconfig.h: nothing to correct on Linux. */
#ifndef PYMACCONFIG_H
#define PYMACCONFIG_H
#endif
