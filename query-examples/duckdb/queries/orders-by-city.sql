SELECT customer.city, count(*) AS orders
FROM :orders
GROUP BY 1
ORDER BY 1
