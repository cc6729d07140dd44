"""The functions that an expression which people type may call.

All that Spark and Databricks have built in and that give one value for the values they are given.
Left out are those that reach outside (files, secrets, services, models, Java, Python, registries
of schemas, documents that may refer to others) and those that make several rows of one. A name
that is none of these would be looked up among the functions that users have made.

https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-functions-builtin-alpha
https://docs.databricks.com/aws/en/opensharing/shared-view-functions-data-databricks
"""

from __future__ import annotations

_FUNCTIONS = """
    abs acos acosh add_months aes_decrypt aes_encrypt aggregate any any_value
    approx_count_distinct approx_percentile approx_top_k approx_top_k_accumulate
    approx_top_k_combine approx_top_k_estimate array array_agg array_append array_compact
    array_contains array_distinct array_except array_insert array_intersect array_join
    array_max array_min array_position array_prepend array_remove array_repeat array_size
    array_sort array_union arrays_overlap arrays_zip ascii asin asinh assert_true atan atan2
    atanh avg base64 bigint bin binary bit_and bit_count bit_get bit_length bit_or bit_reverse
    bit_xor bitmap_and_agg bitmap_bit_position bitmap_bucket_number bitmap_construct_agg
    bitmap_count bitmap_or_agg bool_and bool_or boolean bround btrim cardinality cast cbrt
    ceil ceiling char char_length character_length charindex chr coalesce collate collation
    collect_list collect_set collect_union concat concat_ws contains conv convert_timezone
    corr cos cosh cot count count_if count_min_sketch counter_diff covar_pop covar_samp crc32
    csc cume_dist curdate current_catalog current_database current_date current_metastore
    current_schema current_time current_timestamp current_timezone current_user date date_add
    date_diff date_format date_from_unix_date date_part date_sub date_trunc dateadd datediff
    datepart day dayname dayofmonth dayofweek dayofyear decimal decode degrees dense_rank
    double e element_at elt encode endswith equal_null every exists exp expm1 extract
    factorial filter find_in_set first first_value flatten float floor forall format_number
    format_string from_base32 from_csv from_json from_unixtime from_utc_timestamp get
    get_json_object getbit getdate greatest grouping grouping_id h3_boundaryasgeojson
    h3_boundaryaswkb h3_boundaryaswkt h3_centerasgeojson h3_centeraswkb h3_centeraswkt
    h3_compact h3_coverash3 h3_coverash3string h3_distance h3_h3tostring h3_hexring
    h3_ischildof h3_ispentagon h3_isvalid h3_kring h3_kringdistances h3_longlatash3
    h3_longlatash3string h3_maxchild h3_minchild h3_pointash3 h3_pointash3string
    h3_polyfillash3 h3_polyfillash3string h3_resolution h3_stringtoh3 h3_tessellateaswkb
    h3_tochildren h3_toparent h3_try_coverash3 h3_try_coverash3string h3_try_distance
    h3_try_polyfillash3 h3_try_polyfillash3string h3_try_tessellateaswkb h3_try_validate
    h3_uncompact h3_validate hash hex histogram_numeric hll_sketch_agg hll_sketch_estimate
    hll_union hll_union_agg hmac hour hypot if iff ifnull initcap input_file_block_length
    input_file_block_start input_file_name instr int is_account_group_member is_member
    is_valid_utf8 is_valid_variant is_variant_null isnan isnotnull isnull
    jaro_winkler_similarity json_array_length json_object_keys kurtosis lag last last_day
    last_value lcase lead least left len length levenshtein listagg ln localtime
    localtimestamp locate log log10 log1p log2 lower lpad ltrim luhn_check make_date
    make_dt_interval make_interval make_time make_timestamp make_timestamp_ltz
    make_timestamp_ntz make_valid_utf8 make_ym_interval map map_concat map_contains_key
    map_entries map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with
    mask max max_by md5 mean median min min_by minute mod mode monotonically_increasing_id
    month monthname months_between named_struct nanvl negative next_day now nth_value ntile
    nullif nullifzero nvl nvl2 octet_length overlay parse_json parse_url percent_rank
    percentile percentile_approx percentile_cont percentile_disc pi pmod position positive pow
    power printf quarter quote radians raise_error rand randn random randstr rank reduce
    regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like regexp_replace
    regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
    regr_sxy regr_syy repeat replace reverse right rint round row_number rpad rtrim
    schema_of_csv schema_of_json schema_of_variant schema_of_variant_agg sec second sentences
    sequence session_user sha sha1 sha2 shiftleft shiftright shiftrightunsigned shuffle sign
    signum sin sinh size skewness slice smallint some sort_array soundex space
    spark_partition_id split split_part sqrt st_area st_asbinary st_asewkb st_asewkt
    st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull
    st_covers st_difference st_dimension st_disjoint st_distance st_distancesphere
    st_distancespheroid st_dwithin st_endpoint st_envelope st_equals st_flipcoordinates
    st_geogfromgeojson st_geogfromtext st_geogfromwkb st_geogfromwkt st_geohash
    st_geometrytype st_geomfromgeohash st_geomfromgeojson st_geomfromtext st_geomfromwkb
    st_geomfromwkt st_intersection st_intersects st_isempty st_isvalid st_length st_m
    st_makeline st_makepolygon st_npoints st_perimeter st_point st_pointfromgeohash st_pointn
    st_rotate st_scale st_setsrid st_simplify st_srid st_startpoint st_touches st_transform
    st_translate st_union st_within st_x st_xmax st_xmin st_y st_ymax st_ymin st_z st_zmax
    st_zmin startswith std stddev stddev_pop stddev_samp str_to_map string string_agg
    stringdecode struct substr substring substring_index sum tan tanh time time_bucket
    time_diff time_from_micros time_from_millis time_from_seconds time_to_micros
    time_to_millis time_to_seconds time_trunc timestamp timestamp_micros timestamp_millis
    timestamp_nanos timestamp_seconds timestampadd timestampdiff tinyint to_base32 to_binary
    to_char to_csv to_date to_geography to_geometry to_json to_number to_time to_timestamp
    to_timestamp_ltz to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_varchar
    to_variant_object to_xml transform transform_keys transform_values translate trim trunc
    try_add try_aes_decrypt try_avg try_cast try_divide try_element_at try_make_interval
    try_make_timestamp try_make_timestamp_ltz try_make_timestamp_ntz try_mod try_multiply
    try_parse_json try_parse_url try_remainder try_subtract try_sum try_to_binary try_to_date
    try_to_geography try_to_geometry try_to_number try_to_time try_to_timestamp try_url_decode
    try_validate_utf8 try_variant_array_append try_variant_get try_variant_insert
    try_variant_set try_zstd_decompress typeof ucase unbase64 unhex uniform unix_date
    unix_micros unix_millis unix_nanos unix_seconds unix_timestamp upper url_decode url_encode
    user uuid validate_utf8 var_pop var_samp variance variant_array_append variant_delete
    variant_get variant_insert variant_set variant_strip_nulls vector_avg
    vector_cosine_similarity vector_inner_product vector_l2_distance vector_norm
    vector_normalize vector_sum version weekday weekofyear width_bucket xxhash64 year
    zeroifnull zip_with zstd_compress zstd_decompress
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())

_MOMENTARY = """
    curdate current_date current_time current_timestamp getdate localtimestamp now rand randn
    random randstr shuffle unix_timestamp uniform uuid
"""

MOMENTARY = frozenset(_MOMENTARY.split())
"""Those that may say something else the next time they are asked."""
