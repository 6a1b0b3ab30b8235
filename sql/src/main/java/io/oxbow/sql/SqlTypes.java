package io.oxbow.sql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** SQL types: Iceberg's as Calcite's, and how they are written. */
final class SqlTypes {

    private static final int PRECISION_MAX = 38;

    private SqlTypes() {}

    /** Results that neither overflow where Trino's don't, nor lose the fraction of an average. */
    static final class System extends RelDataTypeSystemImpl {
        @Override
        public int getMaxPrecision(SqlTypeName type) {
            return type == SqlTypeName.DECIMAL ? PRECISION_MAX : super.getMaxPrecision(type);
        }

        @Override
        public int getMaxScale(SqlTypeName type) {
            return type == SqlTypeName.DECIMAL ? PRECISION_MAX : super.getMaxScale(type);
        }

        @Override
        public int getMaxNumericPrecision() {
            return PRECISION_MAX;
        }

        @Override
        public int getMaxNumericScale() {
            return PRECISION_MAX;
        }

        @Override
        public boolean shouldConvertRaggedUnionTypesToVarying() {
            return true;
        }

        @Override
        public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
            RelDataType sum =
                    switch (argument.getSqlTypeName()) {
                        case TINYINT, SMALLINT, INTEGER ->
                                factory.createSqlType(SqlTypeName.BIGINT);
                        case BIGINT -> factory.createSqlType(SqlTypeName.DECIMAL, PRECISION_MAX, 0);
                        case DECIMAL ->
                                factory.createSqlType(
                                        SqlTypeName.DECIMAL, PRECISION_MAX, argument.getScale());
                        case REAL, FLOAT -> factory.createSqlType(SqlTypeName.DOUBLE);
                        default -> argument;
                    };
            return factory.createTypeWithNullability(sum, argument.isNullable());
        }

        @Override
        public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
            RelDataType average =
                    argument.getSqlTypeName() == SqlTypeName.DECIMAL
                            ? argument
                            : factory.createSqlType(SqlTypeName.DOUBLE);
            return factory.createTypeWithNullability(average, argument.isNullable());
        }
    }

    /** Makes types; strings are Unicode, which Calcite's are not unless told. */
    static final class Factory extends JavaTypeFactoryImpl {
        Factory() {
            super(new System());
        }

        @Override
        public Charset getDefaultCharset() {
            return StandardCharsets.UTF_8;
        }
    }

    static RelDataType rowType(RelDataTypeFactory factory, Schema schema) {
        RelDataTypeFactory.Builder row = factory.builder();
        for (Types.NestedField field : schema.columns()) {
            row.add(field.name(), type(factory, field.type(), field.isOptional()));
        }
        return row.build();
    }

    private static RelDataType type(RelDataTypeFactory factory, Type type, boolean nullable) {
        return factory.createTypeWithNullability(
                type.isPrimitiveType() ? primitive(factory, type) : nested(factory, type),
                nullable);
    }

    private static RelDataType nested(RelDataTypeFactory factory, Type type) {
        return switch (type.typeId()) {
            case STRUCT -> {
                RelDataTypeFactory.Builder row = factory.builder();
                for (Types.NestedField field : type.asStructType().fields()) {
                    row.add(field.name(), type(factory, field.type(), field.isOptional()));
                }
                yield row.build();
            }
            case LIST -> {
                Types.ListType list = type.asListType();
                yield factory.createArrayType(
                        type(factory, list.elementType(), list.isElementOptional()), -1);
            }
            case MAP -> {
                Types.MapType map = type.asMapType();
                yield factory.createMapType(
                        type(factory, map.keyType(), false),
                        type(factory, map.valueType(), map.isValueOptional()));
            }
            default -> factory.createSqlType(SqlTypeName.VARCHAR);
        };
    }

    private static RelDataType primitive(RelDataTypeFactory factory, Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> factory.createSqlType(SqlTypeName.BOOLEAN);
            case INTEGER -> factory.createSqlType(SqlTypeName.INTEGER);
            case LONG -> factory.createSqlType(SqlTypeName.BIGINT);
            case FLOAT -> factory.createSqlType(SqlTypeName.REAL);
            case DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield factory.createSqlType(
                        SqlTypeName.DECIMAL, decimal.precision(), decimal.scale());
            }
            case DATE -> factory.createSqlType(SqlTypeName.DATE);
            case TIME -> factory.createSqlType(SqlTypeName.TIME, 3);
            case TIMESTAMP, TIMESTAMP_NANO ->
                    factory.createSqlType(
                            adjustsToUtc(type)
                                    ? SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE
                                    : SqlTypeName.TIMESTAMP,
                            3);
            case UUID -> factory.createSqlType(SqlTypeName.UUID);
            case FIXED, BINARY -> factory.createSqlType(SqlTypeName.VARBINARY);
            default -> factory.createSqlType(SqlTypeName.VARCHAR);
        };
    }

    static boolean adjustsToUtc(Type type) {
        return switch (type) {
            case Types.TimestampType t -> t.shouldAdjustToUTC();
            case Types.TimestampNanoType t -> t.shouldAdjustToUTC();
            default -> false;
        };
    }

    /** The type as Trino writes it. */
    static String name(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case ROW, STRUCTURED ->
                    type.getFieldList().stream()
                            .map(SqlTypes::fieldName)
                            .collect(Collectors.joining(", ", "row(", ")"));
            case ARRAY, MULTISET -> "array(" + componentName(type.getComponentType()) + ")";
            case MAP ->
                    "map("
                            + componentName(type.getKeyType())
                            + ", "
                            + componentName(type.getValueType())
                            + ")";
            case DECIMAL -> "decimal(" + type.getPrecision() + ", " + type.getScale() + ")";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> "timestamp with time zone";
            case CHAR, VARCHAR -> "varchar";
            case BINARY, VARBINARY -> "varbinary";
            case FLOAT -> "double";
            default -> type.getSqlTypeName().getName().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String fieldName(RelDataTypeField field) {
        return field.getName() + " " + name(field.getType());
    }

    private static String componentName(@org.jspecify.annotations.Nullable RelDataType type) {
        return type == null ? "unknown" : name(type);
    }
}
