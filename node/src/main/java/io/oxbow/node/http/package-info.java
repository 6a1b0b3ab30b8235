/** HTTP: the registry's and the catalog's routes, health, metrics and tables on one server. */
@NullMarked
package io.oxbow.node.http;

import org.jspecify.annotations.NullMarked;
