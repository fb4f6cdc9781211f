/* node.h: trees of the former parser. */
#ifndef Py_NODE_H
#define Py_NODE_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [struct node _node] */
struct _node {
    short int n_type;
    char *n_str;
    int n_lineno;
    int n_col_offset;
    int n_nchildren;
    struct _node *n_child;
    int n_end_lineno;
    int n_end_col_offset;
};
/* [end] */
#define CHILD(n, i) (&(n)->n_child[i])
#define RCHILD(n, i) (CHILD(n, NCH(n) + i))
#define NCH(n) ((n)->n_nchildren)
#define TYPE(n) ((n)->n_type)
#define STR(n) ((n)->n_str)
#define LINENO(n) ((n)->n_lineno)
#define REQ(n, type) assert(TYPE(n) == (type))
/* [prototypes node.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyNode_AddChild(node *n1, int type, char *str, int lineno, int col_offset, int end_lineno, int end_col_offset);
PyAPI_FUNC(void) PyNode_Free(node *n);
PyAPI_FUNC(void) PyNode_ListTree(node *n);
PyAPI_FUNC(node *) PyNode_New(int type);
PyAPI_FUNC(Py_ssize_t) _PyNode_SizeOf(node *n);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
