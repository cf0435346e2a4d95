// H2 in Oracle mode behind a socket: a line is a request, a line is the answer.
//
// The first line of a connection names its database. A request is a verb, the SQL, and any number of rows of values, with tabs between;
// texts are in hexadecimal, a row's values have commas between. The answer is rows (R), a count (N), or an error (E).
import java.io.*;
import java.math.BigDecimal;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;

public class OracleEmulator {
  static final HexFormat HEX = HexFormat.of();
  static final String MODE = ";MODE=Oracle;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=2000;TIME ZONE=UTC"
      + ";NON_KEYWORDS=VALUE,KEY,DAY,MONTH,YEAR,HOUR,MINUTE,SECOND,USER";
  // What Oracle has and H2 has not.
  static final String[] SETUP = {
    "CREATE SCHEMA IF NOT EXISTS dbms_lob",
    "CREATE ALIAS IF NOT EXISTS dbms_lob.compare FOR 'OracleEmulator.compare'",
    "CREATE ALIAS IF NOT EXISTS sys_context FOR 'OracleEmulator.context'",
    "CREATE ALIAS IF NOT EXISTS to_number FOR 'OracleEmulator.number'",
    "CREATE ALIAS IF NOT EXISTS last_day FOR 'OracleEmulator.lastDay'",
    "CREATE VIEW IF NOT EXISTS all_sequences AS SELECT sequence_schema AS sequence_owner, sequence_name FROM information_schema.sequences",
    "CREATE VIEW IF NOT EXISTS all_tables AS SELECT table_schema AS owner, table_name FROM information_schema.tables",
  };
  static final Set<String> READY = new HashSet<>();

  public static Integer compare(String left, String right) {
    return left == null || right == null ? null : Integer.signum(left.compareTo(right));
  }

  public static BigDecimal number(String text) {
    return text == null ? null : new BigDecimal(text.trim());
  }

  public static LocalDateTime lastDay(LocalDateTime day) {
    return day == null ? null : day.with(java.time.temporal.TemporalAdjusters.lastDayOfMonth());
  }

  public static String context(String space, String name) {
    return "PUBLIC";
  }

  public static void main(String[] arguments) throws Exception {
    ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort());
    while (true) {
      Socket socket = server.accept();
      socket.setTcpNoDelay(true);
      Thread thread = new Thread(() -> { try { serve(socket); } catch (Exception gone) { /* the other side closed it */ } });
      thread.setDaemon(true);
      thread.start();
    }
  }

  static void serve(Socket socket) throws Exception {
    try (socket;
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        Writer out = new BufferedWriter(new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII))) {
      try (Connection connection = open(in.readLine())) {
        String line;
        while ((line = in.readLine()) != null) {
          String answer;
          try {
            answer = answer(connection, line.split("\t", -1));
          } catch (SQLException error) {
            answer = "E\t" + error.getSQLState() + "\t" + hex(error.getMessage());
          } catch (Exception error) {
            answer = "E\tHY000\t" + hex(error.toString());
          }
          out.write(answer);
          out.write("\n");
          out.flush();
        }
      }
    }
  }

  static synchronized Connection open(String name) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:h2:mem:" + name + MODE, "sa", "");
    if (READY.add(name)) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : SETUP) statement.execute(sql);
      }
    }
    return connection;
  }

  static String answer(Connection connection, String[] request) throws Exception {
    switch (request[0]) {
      case "BEGIN": connection.setAutoCommit(false); return "N\t0";
      case "COMMIT": connection.commit(); connection.setAutoCommit(true); return "N\t0";
      case "ROLLBACK": if (!connection.getAutoCommit()) connection.rollback(); connection.setAutoCommit(true); return "N\t0";
      case "SCRIPT":
        try (Statement statement = connection.createStatement()) { statement.execute(text(request[1])); }
        return "N\t0";
      default: return run(connection, text(request[1]), Arrays.copyOfRange(request, 2, request.length));
    }
  }

  static final Pattern RETURNING = Pattern.compile("\\s+RETURNING\\s+(.+)\\s+INTO\\s+:\\d+(?:, :\\d+)*$", Pattern.DOTALL);
  static final Pattern MARK = Pattern.compile("'(?:[^']|'')*'|\"[^\"]*\"|((?:OFFSET|FIRST|NEXT) )?:(\\d+)");
  static final Pattern TRUNC = Pattern.compile("trunc\\(((?:[^(),]|\\([^()]*\\))*), '(YYYY|MM|IW|DD|HH24|MI)'\\)");
  static final Map<String, String> UNITS =
      Map.of("YYYY", "YEAR", "MM", "MONTH", "IW", "ISO_WEEK", "DD", "DAY", "HH24", "HOUR", "MI", "MINUTE");
  static final Pattern TARGET = Pattern.compile("(?:INSERT INTO|UPDATE|DELETE FROM) (\\w+)");
  static final Pattern INTERVAL = Pattern.compile("numtodsinterval\\(((?:[^()]|\\([^()]*\\))*), '(\\w+)'\\)");

  static String run(Connection connection, String sql, String[] rows) throws Exception {
    Matcher returning = RETURNING.matcher(sql);
    if (returning.find()) {
      String statement = sql.substring(0, returning.start());
      String state = statement.startsWith("DELETE") ? "OLD" : "FINAL";
      Matcher target = TARGET.matcher(statement);
      String columns = target.lookingAt() ? returning.group(1).replace(target.group(1) + ".", "") : returning.group(1);
      sql = "SELECT " + columns + " FROM " + state + " TABLE (" + statement + ")";
    }
    sql = sql.replace("dbms_random.value()", "rand()"); // VALUE is no name that an alias can have
    sql = TRUNC.matcher(sql).replaceAll(call -> "date_trunc('" + UNITS.get(call.group(2)) + "', " + Matcher.quoteReplacement(call.group(1)) + ")");
    sql = INTERVAL.matcher(sql).replaceAll("(($1) * INTERVAL '1' $2)");
    // As a driver of Oracle's does, each value says its type.
    String[] types = rows.length == 0 || rows[0].isEmpty() ? new String[0] : rows[0].split(",", -1);
    TreeSet<Integer> numbers = new TreeSet<>();
    StringBuilder jdbc = new StringBuilder();
    Matcher marks = MARK.matcher(sql);
    while (marks.find()) {
      if (marks.group(2) == null) { marks.appendReplacement(jdbc, Matcher.quoteReplacement(marks.group())); continue; }
      int number = Integer.parseInt(marks.group(2));
      numbers.add(number);
      String type = marks.group(1) != null ? null : type(types[number - 1]);
      String prefix = marks.group(1) == null ? "" : marks.group(1);
      marks.appendReplacement(jdbc, prefix + (type == null ? "?" + number : "CAST(?" + number + " AS " + type + ")"));
    }
    marks.appendTail(jdbc);
    boolean alone = connection.getAutoCommit();
    if (alone && rows.length > 1) connection.setAutoCommit(false);
    // All rows or none, as Aludel's driver for Oracle does it.
    Savepoint before = !alone && rows.length > 1 ? connection.setSavepoint() : null;
    try (PreparedStatement statement = connection.prepareStatement(jdbc.toString())) {
      StringBuilder out = new StringBuilder();
      long affected = 0;
      boolean any = false;
      for (String row : rows) {
        String[] values = row.split(",", -1);
        for (int number : numbers) bind(statement, number, values[number - 1]);
        if (statement.execute()) {
          any = true;
          try (ResultSet result = statement.getResultSet()) { affected += read(result, out); }
        } else {
          affected += statement.getUpdateCount();
        }
      }
      if (alone && rows.length > 1) connection.commit();
      return any ? "R\t" + affected + "\t" + names(statement.getMetaData()) + out : "N\t" + affected;
    } catch (SQLException error) {
      if (alone && rows.length > 1) connection.rollback();
      if (before != null) connection.rollback(before);
      throw error;
    } finally {
      if (alone) connection.setAutoCommit(true);
    }
  }

  static String type(String value) {
    if (value.startsWith("n") && value.length() < 2) return null;
    return switch (value.startsWith("n") ? value.charAt(1) : value.charAt(0)) {
      case 'i' -> "NUMERIC(19)";
      case 'N' -> {
        BigDecimal number = new BigDecimal(text(value.substring(1)));
        yield "NUMERIC(" + Math.max(number.precision() + Math.max(number.scale(), 0), 30) + ", " + Math.max(number.scale(), 0) + ")";
      }
      case 'd' -> "DOUBLE PRECISION";
      case 'f' -> "REAL";
      case 'M', 'D' -> "TIMESTAMP(9)";
      case 'U' -> "TIMESTAMP(9) WITH TIME ZONE";
      case 't' -> value.length() < 2000 ? "VARCHAR" : null;
      default -> null;
    };
  }

  static void bind(PreparedStatement statement, int index, String value) throws SQLException {
    String text = value.length() < 2 || value.startsWith("n") ? "" : text(value.substring(1));
    switch (value.charAt(0)) {
      case 'n' -> statement.setNull(index, Types.NULL);
      case 'i' -> statement.setLong(index, Long.parseLong(text));
      case 'N' -> statement.setBigDecimal(index, new BigDecimal(text));
      case 'f' -> statement.setFloat(index, floating(text).floatValue());
      case 'd' -> statement.setDouble(index, floating(text));
      case 'b' -> statement.setBytes(index, HEX.parseHex(text));
      case 'D' -> statement.setObject(index, LocalDate.parse(text).atStartOfDay());
      case 'T' -> statement.setObject(index, Duration.ofNanos(LocalTime.parse(text).toNanoOfDay()));
      case 'M' -> statement.setObject(index, LocalDateTime.parse(text));
      case 'U' -> statement.setObject(index, OffsetDateTime.parse(text));
      default -> statement.setString(index, text);
    }
  }

  static Double floating(String text) {
    return switch (text) { case "inf" -> Double.POSITIVE_INFINITY; case "-inf" -> Double.NEGATIVE_INFINITY; default -> Double.valueOf(text); };
  }

  static String names(ResultSetMetaData columns) throws SQLException {
    StringJoiner names = new StringJoiner(",");
    for (int index = 1; index <= columns.getColumnCount(); index++) names.add(hex(columns.getColumnLabel(index)));
    return names.toString();
  }

  static int read(ResultSet result, StringBuilder out) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    int count = 0;
    while (result.next()) {
      count++;
      out.append('\t');
      for (int index = 1; index <= columns.getColumnCount(); index++) {
        if (index > 1) out.append(',');
        Object value = result.getObject(index);
        if (value == null) { out.append('n'); continue; }
        if (value instanceof byte[] || value instanceof Blob) { out.append('b').append(HEX.formatHex(result.getBytes(index))); continue; }
        String text = switch (columns.getColumnType(index)) {
          case Types.BOOLEAN, Types.BIT -> result.getBoolean(index) ? "1" : "0";
          case Types.TIMESTAMP -> result.getObject(index, LocalDateTime.class).toString();
          case Types.TIMESTAMP_WITH_TIMEZONE -> result.getObject(index, OffsetDateTime.class).toInstant().toString();
          case Types.NUMERIC, Types.DECIMAL -> plain(result.getBigDecimal(index));
          default -> value instanceof org.h2.api.Interval
              ? LocalTime.ofNanoOfDay(result.getObject(index, Duration.class).toNanos()).toString()
              : result.getString(index);
        };
        out.append('t').append(hex(text));
      }
    }
    return count;
  }

  static String plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0).toPlainString() : stripped.toPlainString();
  }

  static String hex(String text) { return HEX.formatHex(text.getBytes(StandardCharsets.UTF_8)); }
  static String text(String hex) { return new String(HEX.parseHex(hex), StandardCharsets.UTF_8); }
}
