@NullMarked
package io.oxbow.sql;

import org.jspecify.annotations.NullMarked;
