/* grammar.h: tables of the former parser. */
#ifndef Py_GRAMMAR_H
#define Py_GRAMMAR_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#include "bitset.h"
/* [struct label] */
typedef struct {
    int lb_type;
    const char *lb_str;
} label;
/* [end] */
/* [struct labellist] */
typedef struct {
    int ll_nlabels;
    const label *ll_label;
} labellist;
/* [end] */
/* [struct arc] */
typedef struct {
    short int a_lbl;
    short int a_arrow;
} arc;
/* [end] */
/* [struct state] */
typedef struct {
    int s_narcs;
    const arc *s_arc;
    int s_lower;
    int s_upper;
    int *s_accel;
    int s_accept;
} state;
/* [end] */
/* [struct dfa] */
typedef struct {
    int d_type;
    char *d_name;
    int d_nstates;
    state *d_state;
    bitset d_first;
} dfa;
/* [end] */
/* [struct grammar] */
typedef struct {
    int g_ndfas;
    const dfa *g_dfa;
    const labellist g_ll;
    int g_start;
    int g_accel;
} grammar;
/* [end] */
/* [constants grammar.h] */
#ifndef Py_LIMITED_API
#define EMPTY 0
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
