/* graminit.h: nonterminals of the former parser. */
#ifndef Py_GRAMINIT_H
#define Py_GRAMINIT_H
#ifdef __cplusplus
extern "C" {
#endif
/* [constants graminit.h] */
#ifndef Py_LIMITED_API
#define and_expr 318
#define and_test 311
#define annassign 273
#define arglist 335
#define argument 336
#define arith_expr 320
#define assert_stmt 294
#define async_funcdef 262
#define async_stmt 296
#define atom 325
#define atom_expr 324
#define augassign 275
#define break_stmt 279
#define classdef 334
#define comp_for 339
#define comp_if 340
#define comp_iter 337
#define comp_op 314
#define comparison 313
#define compound_stmt 295
#define continue_stmt 280
#define decorated 261
#define decorator 259
#define decorators 260
#define del_stmt 276
#define dictorsetmaker 333
#define dotted_as_name 288
#define dotted_as_names 290
#define dotted_name 291
#define encoding_decl 341
#define eval_input 258
#define except_clause 303
#define expr 316
#define expr_stmt 272
#define exprlist 331
#define factor 322
#define file_input 257
#define flow_stmt 278
#define for_stmt 299
#define func_body_suite 344
#define func_type 346
#define func_type_input 345
#define funcdef 263
#define global_stmt 292
#define if_stmt 297
#define import_as_name 287
#define import_as_names 289
#define import_from 286
#define import_name 285
#define import_stmt 284
#define lambdef 308
#define lambdef_nocond 309
#define namedexpr_test 305
#define nonlocal_stmt 293
#define not_test 312
#define or_test 310
#define parameters 264
#define pass_stmt 277
#define power 323
#define raise_stmt 283
#define return_stmt 281
#define shift_expr 319
#define simple_stmt 270
#define single_input 256
#define sliceop 330
#define small_stmt 271
#define star_expr 315
#define stmt 269
#define subscript 329
#define subscriptlist 328
#define suite 304
#define sync_comp_for 338
#define term 321
#define test 306
#define test_nocond 307
#define testlist 332
#define testlist_comp 326
#define testlist_star_expr 274
#define tfpdef 266
#define trailer 327
#define try_stmt 300
#define typedargslist 265
#define typelist 347
#define varargslist 267
#define vfpdef 268
#define while_stmt 298
#define with_item 302
#define with_stmt 301
#define xor_expr 317
#define yield_arg 343
#define yield_expr 342
#define yield_stmt 282
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
