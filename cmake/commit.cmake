# cmake -D SOURCES=DIRECTORY -D TO=FILE -P commit.cmake writes the commit of the sources as a string
# literal, with "-dirty" where they differ from it; "unknown" where they are not a repository by
# themselves. A file that says so already is left alone, so that nothing is built again.
set(commit unknown)
execute_process(COMMAND git rev-parse --show-toplevel WORKING_DIRECTORY ${SOURCES}
                OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(REAL_PATH ${SOURCES} sources)
if(top AND top STREQUAL sources)
  execute_process(COMMAND git describe --always --dirty --exclude=* WORKING_DIRECTORY ${SOURCES}
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(described)
    set(commit ${described})
  endif()
endif()
set(wanted "\"${commit}\"\n")
set(written)
if(EXISTS ${TO})
  file(READ ${TO} written)
endif()
if(NOT written STREQUAL wanted)
  file(WRITE ${TO} "${wanted}")
endif()
