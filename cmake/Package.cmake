# The Debian package: the program, the hierarchies, a systemd unit for nodes. `./dev package` makes it.
install(TARGETS loa RUNTIME DESTINATION bin)
install(DIRECTORY examples/hcmc DESTINATION share/loa)
install(FILES examples/alert.xml packaging/node.json DESTINATION share/loa)
install(FILES README.md CHANGELOG.md SECURITY.md THIRD_PARTY.md docs/operating.md DESTINATION share/doc/loa)
install(FILES LICENSE DESTINATION share/doc/loa RENAME copyright)
install(FILES packaging/loa@.service DESTINATION lib/systemd/system)
install(FILES packaging/loa.sysusers DESTINATION lib/sysusers.d RENAME loa.conf)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME loa)
set(CPACK_PACKAGE_VENDOR "The Loa authors")
set(CPACK_PACKAGE_CONTACT "The Loa authors <loa@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Nodes of a grassroots information system")
set(CPACK_PACKAGE_DESCRIPTION
    "Loa carries bulletins and alerts from a city through its districts and communes to every
loudspeaker, board and citizen, and citizens' reports back up. This package holds the program
loa, which runs a node, and a systemd unit for it.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, systemd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/debian/postinst;${PROJECT_SOURCE_DIR}/packaging/debian/prerm;${PROJECT_SOURCE_DIR}/packaging/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
