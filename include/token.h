/* token.h: tokens of the grammar. */
#ifndef Py_TOKEN_H
#define Py_TOKEN_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [constants token.h] */
#ifndef Py_LIMITED_API
#define AMPER 19
#define AMPEREQUAL 41
#define ASYNC 56
#define AT 49
#define ATEQUAL 50
#define AWAIT 55
#define CIRCUMFLEX 32
#define CIRCUMFLEXEQUAL 43
#define COLON 11
#define COLONEQUAL 53
#define COMMA 12
#define DEDENT 6
#define DOT 23
#define DOUBLESLASH 47
#define DOUBLESLASHEQUAL 48
#define DOUBLESTAR 35
#define DOUBLESTAREQUAL 46
#define ELLIPSIS 52
#define ENDMARKER 0
#define EQEQUAL 27
#define EQUAL 22
#define ERRORTOKEN 59
#define GREATER 21
#define GREATEREQUAL 30
#define INDENT 5
#define LBRACE 25
#define LEFTSHIFT 33
#define LEFTSHIFTEQUAL 44
#define LESS 20
#define LESSEQUAL 29
#define LPAR 7
#define LSQB 9
#define MINEQUAL 37
#define MINUS 15
#define NAME 1
#define NEWLINE 4
#define NOTEQUAL 28
#define NT_OFFSET 256
#define NUMBER 2
#define N_TOKENS 63
#define OP 54
#define PERCENT 24
#define PERCENTEQUAL 40
#define PLUS 14
#define PLUSEQUAL 36
#define RARROW 51
#define RBRACE 26
#define RIGHTSHIFT 34
#define RIGHTSHIFTEQUAL 45
#define RPAR 8
#define RSQB 10
#define SEMI 13
#define SLASH 17
#define SLASHEQUAL 39
#define STAR 16
#define STAREQUAL 38
#define STRING 3
#define TILDE 31
#define TYPE_COMMENT 58
#define TYPE_IGNORE 57
#define VBAR 18
#define VBAREQUAL 42
#endif
/* [end] */
/* [prototypes token.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyToken_OneChar(int c1);
PyAPI_FUNC(int) PyToken_ThreeChars(int c1, int c2, int c3);
PyAPI_FUNC(int) PyToken_TwoChars(int c1, int c2);
PyAPI_DATA(const char *const) _PyParser_TokenNames[64];
#endif
/* [end] */
#define ISTERMINAL(x) ((x) < NT_OFFSET)
#define ISNONTERMINAL(x) ((x) >= NT_OFFSET)
#define ISEOF(x) ((x) == ENDMARKER)
#define ISWHITESPACE(x) ((x) == ENDMARKER || (x) == NEWLINE || (x) == INDENT || (x) == DEDENT)
#endif
#ifdef __cplusplus
}
#endif
#endif
