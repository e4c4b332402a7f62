/**
 * What becomes of every function that the Pyodide build imports from JavaScript once an interpreter is locked.
 *
 * This table is the main wall of the sandbox and is complete on purpose: start-up fails when the build imports
 * a function that no line names, or a line names one that the build lacks, so an upgrade cannot silently open
 * a door. Read the new function's source before giving it a line. docs/reference/processing-engine.md explains
 * the other layers.
 */
const table = {
  /** Plain computing, clocks, and files of the memory file system. Nothing here leaves the interpreter. */
  open: `
      JsvError_Check Jsv_GetError_import _PyEM_TrampolineCall_JS _Py_CheckEmscriptenSignals_Helper
      _Py_emscripten_runtime __assert_fail __call_sighandler __syscall_chdir __syscall_chmod
      __syscall_dup __syscall_dup3 __syscall_faccessat __syscall_fadvise64 __syscall_fallocate
      __syscall_fchdir __syscall_fchmod __syscall_fchmodat2 __syscall_fchown32 __syscall_fchownat
      __syscall_fcntl64 __syscall_fdatasync __syscall_fstat64 __syscall_fstatfs64 __syscall_ftruncate64
      __syscall_getcwd __syscall_getdents64 __syscall_ioctl __syscall_lstat64 __syscall_mkdirat
      __syscall_newfstatat __syscall_openat __syscall_poll __syscall_readlinkat __syscall_renameat
      __syscall_rmdir __syscall_stat64 __syscall_statfs64 __syscall_symlinkat __syscall_truncate64
      __syscall_unlinkat __syscall_utimensat _emscripten_get_progname
      _emscripten_runtime_keepalive_clear _gmtime_js _mmap_js _msync_js _munmap_js _timegm_js
      clock_res_get emscripten_get_heap_max
      emscripten_get_now emscripten_runtime_keepalive_pop emscripten_runtime_keepalive_push environ_get
      environ_sizes_get fd_close fd_fdstat_get fd_pread fd_pwrite fd_read fd_seek fd_sync fd_write
      getprotobyname random_get`,

  /** Reach a JavaScript value and give one back. */
  foreignObject: `
      JsArray_repeat_js JsArray_reversed_iterator JsBuffer_DecodeString_js JsException_new_helper
      JsMap_GetIter_js JsModule_GetAll_js JsObjMap_GetIter_js JsObjMap_subscript_js JsProxy_Dir_js
      JsProxy_GetAsyncIter_js JsProxy_GetAttr_js JsProxy_GetIter_js JsProxy_aexit_js
      JsProxy_subscript_js JsProxy_to_weakref_js JsvArray_Delete JsvArray_Get JsvArray_New
      JsvArray_ShallowCopy JsvArray_slice JsvBigInt_fromDigits JsvBigInt_fromInt JsvFunction_CallBound
      JsvFunction_Call_OneArg JsvFunction_Construct JsvLiteralMap_New JsvMap_New JsvNum_fromDouble
      JsvNum_fromInt JsvObject_CallMethod JsvObject_CallMethod_NoArgs JsvObject_CallMethod_OneArg
      JsvObject_CallMethod_TwoArgs JsvObject_Entries JsvObject_Keys JsvObject_New JsvObject_Values
      JsvObject_toString JsvPromise_Resolve JsvSet_New JsvUTF8ToString Jsv_BigIntToNum Jsv_typeof
      _JsArray_PostProcess_helper __hiwire_deduplicate_new _pyproxyGen_make_result
      _pyproxy_get_buffer_result _python2js_ascii _python2js_buffer_inner _python2js_cache_lookup
      _python2js_ucs1 _python2js_ucs2 _python2js_ucs4 array_to_js create_once_callable
      create_promise_handles get_async_js_call_done_callback get_suspender handle_next_result_js
      my_dict_converter new_error proxy_cache_get pyproxy_new pyproxy_new_ex
      python2js__default_converter_js python2js__eager_converter_js python2js_custom__create_jscontext
      restore_stderr saveState syncifyHandler wrap_async_generator wrap_generator`,

  /** Turn a JavaScript value into a Python object or C string. */
  foreignPointer: `
      JsDoubleProxy_unwrap_js Jsv_constructorName __hiwire_deduplicate_get get_length_string
      js2python_convert js2python_immutable_js js2python_js pyproxy_AsPyObject`,

  /** Ask something about a JavaScript value: the answer becomes "no". */
  foreignTest: `
      JsProxy_Bool_js JsProxy_compute_typeflags JsvArray_Check JsvAsyncGenerator_Check JsvFunction_Check
      JsvGenerator_Check JsvNoValue_Check JsvPromise_Check Jsv_equal Jsv_greater_than
      Jsv_greater_than_equal Jsv_less_than Jsv_less_than_equal Jsv_not_equal Jsv_to_bool can_run_sync_js
      is_comlink_proxy pyproxy_Check`,

  /** Act on a JavaScript value and give back a C status. */
  foreignCode: `
      JsArray_count_js JsArray_index_js JsArray_inplace_repeat_js JsArray_reverse_js JsMap_clear_js
      JsObjMap_ass_subscript_js JsObjMap_contains_js JsObjMap_length_js JsProxy_DelAttr_js
      JsProxy_SetAttr_js JsProxy_exit_js JsvArray_Insert JsvArray_Push JsvArray_Set
      JsvArray_slice_assign JsvBuffer_assignFromPtr JsvBuffer_assignToPtr JsvBuffer_intoFile
      JsvBuffer_readFromFile JsvBuffer_writeToFile JsvMap_Set JsvNum_toInt JsvObject_SetAttr JsvSet_Add
      _JsArray_PushEntry_helper _JsObject_Set_js _agen_handle_result_js _python2js_add_to_cache
      destroy_proxies_js get_length_helper jslib_init_buffers_js jslib_init_js`,

  /** Act on a JavaScript value and give back nothing. */
  foreignEffect: `
      JsBuffer_get_info JsvArray_Extend JsvError_Throw JsvPromise_Syncify_handleError
      __hiwire_deduplicate_delete __hiwire_deduplicate_set _python2js_addto_postprocess_list
      _python2js_handle_postprocess_list capture_stderr destroy_jsarray_entries destroy_proxies
      destroy_proxy fail_test gc_register_proxies hiwire_invalid_ref_js proxy_cache_set pyodide_js_init
      raw_call_js restoreState set_pyodide_module set_suspender throw_no_gil ffi_call_js
      ffi_closure_free_js`,

  /** System calls that would reach the host or spend memory outside the heap: they fail with EPERM. */
  refused: `
      __syscall_accept4 __syscall_bind __syscall_connect __syscall_getpeername __syscall_getsockname
      __syscall_getsockopt __syscall_listen __syscall_mknodat __syscall_pipe __syscall_recvfrom
      __syscall_recvmsg __syscall_sendmsg __syscall_sendto __syscall_socket _emscripten_system
      _setitimer_js getaddrinfo getnameinfo`,

  /** Loading of native code, native calls and promises: the answer is null or 0, which their callers take as failure or "nothing to do". */
  zero: `
      _dlopen_js _dlsym_js _emscripten_lookup_name _try_fcntl64 _try_shutdown emscripten_asm_const_int
      emscripten_promise_create emscripten_set_up_async_input_device_js ffi_closure_alloc_js
      ffi_prep_closure_loc_js __syscall_getuid32_js __syscall_umask_js`,

  /** Asynchronous sockets: null, which their caller takes as "not a socket of mine". */
  absent: `
      _maybe_connect_async _maybe_poll_async _maybe_recvfrom_async _maybe_sendto_async`,

  /** Host consoles, debuggers and promise bookkeeping: nothing happens. */
  ignored: `
      _emscripten_dlopen_js _emscripten_log_formatted emscripten_debugger emscripten_log_impl_js
      emscripten_promise_destroy emscripten_promise_resolve`,

  /** The end of the interpreter: reported to the host, which replaces it. */
  exit: `
      _abort_js exit proc_exit`,

  /** Local time is UTC, whatever the time zone of the host process. */
  utc: `
      _localtime_js _mktime_js _tzset_js`,

  /** The time of day, which a run may have stopped. */
  wallClock: `
      clock_time_get emscripten_date_now`,

  /** Growth of the WebAssembly memory, up to the cap. */
  heap: `
      emscripten_resize_heap`,
} as const;

export type ImportRule = keyof typeof table;

/** Rule by import name. */
export const IMPORT_RULES: ReadonlyMap<string, ImportRule> = new Map(
  (Object.entries(table) as [ImportRule, string][]).flatMap(([rule, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, rule] as const),
  ),
);
